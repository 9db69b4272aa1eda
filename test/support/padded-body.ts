const pieces = ['{"texts":["', '"]', '}'] as const;

/** An `/embed` body of exactly `sizeBytes` that holds one short text: the rest is white space inside the JSON. */
export function paddedBody(text: string, sizeBytes: number): Buffer {
  const [open, close, end] = pieces;
  const bareBytes = Buffer.byteLength(open + text + close + end);
  return Buffer.from(`${open}${text}${close}${' '.repeat(Math.max(0, sizeBytes - bareBytes))}${end}`);
}
