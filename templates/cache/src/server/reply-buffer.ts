import type {Socket} from 'node:net';

const usualBytes = 256 * 1024;

/**
 * The replies to one chunk of requests, sent with one write. The memory is used again as soon as the system has taken
 * all of it, which is at once unless the client is slow; then the socket keeps it, and the next replies get their own.
 */
export class ReplyBuffer {
  bytes: Buffer = Buffer.allocUnsafeSlow(usualBytes);
  length = 0;

  /** Makes room for so many bytes more. `bytes` may be another buffer afterwards. */
  reserve(sizeBytes: number): void {
    if (this.bytes.length - this.length >= sizeBytes) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(usualBytes, (this.length + sizeBytes) * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  append(reply: Buffer): void {
    this.reserve(reply.length);
    this.bytes.set(reply, this.length);
    this.length += reply.length;
  }

  flush(socket: Socket): void {
    if (this.length === 0) return;
    const kept = socket.writableLength > 0;
    socket.write(this.bytes.subarray(0, this.length));
    this.length = 0;
    if (kept || socket.writableLength > 0 || this.bytes.length > 4 * usualBytes) {
      this.bytes = Buffer.allocUnsafeSlow(usualBytes);
    }
  }
}
