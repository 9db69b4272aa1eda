/** What a stream of this process is given to print, kept instead of printed until it is disposed of. */
export interface Captured extends Disposable {
  text: () => string;
}

export function captured(stream: NodeJS.WriteStream): Captured {
  const written: string[] = [];
  const write = stream.write;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    written.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    for (const each of rest) if (typeof each === 'function') each();
    return true;
  };
  return {
    text: () => written.join(''),
    [Symbol.dispose]() {
      stream.write = write;
    },
  };
}
