import {inflateSync} from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** `#rrggbb` → how many pixels have it. */
  colours: Map<string, number>;
}

/** The colours of a PNG of 8 bits a channel, without interlace: what Chromium writes. */
export function pngPixels(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const rows = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const colours = new Map<string, number>();
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const row = unfilter(rows[from] ?? 0, Buffer.from(rows.subarray(from + 1, from + 1 + stride)), above, channels);
    for (let x = 0; x < stride; x += channels) {
      const colour = `#${row.toString('hex', x, x + 3)}`;
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    above = row;
  }
  return {width, height, colours};
}

/** PNG specification, 9.2. */
function unfilter(kind: number, row: Buffer<ArrayBuffer>, above: Buffer<ArrayBuffer>, channels: number) {
  for (let at = 0; at < row.length; at += 1) {
    const left = at < channels ? 0 : (row[at - channels] ?? 0);
    const up = above[at] ?? 0;
    const corner = at < channels ? 0 : (above[at - channels] ?? 0);
    const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind] ?? 0;
    row[at] = ((row[at] ?? 0) + predicted) & 255;
  }
  return row;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
