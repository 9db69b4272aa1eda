import type {Socket} from 'node:net';

/** For a client to say hello, and to show the secret. */
const greetingDeadlineMs = 5_000;
/** For a frame to become whole, and for a client to take some of its replies. */
const progressDeadlineMs = 10_000;

interface Seen {
  /** The client may be served. */
  greeted: boolean;
  /** A part of a frame is there, and more of it is read. */
  half: boolean;
  socket: Pick<Socket, 'writableLength' | 'bytesWritten'>;
}

/** How long one client may take for what. */
export class ConnectionDeadlines {
  readonly #openedMs: number;
  #halfSinceMs: number | null = null;
  #unsent: {sinceMs: number; bytesWritten: number} | null = null;

  constructor(openedMs: number) {
    this.#openedMs = openedMs;
  }

  /** A frame became whole. */
  wasWhole(): void {
    this.#halfSinceMs = null;
  }

  /** Why its time is up, or null. */
  overdue(nowMs: number, {greeted, half, socket}: Seen): string | null {
    if (!greeted && nowMs - this.#openedMs > greetingDeadlineMs) return 'the handshake timed out';
    if (half) this.#halfSinceMs ??= nowMs;
    else this.#halfSinceMs = null;
    if (this.#halfSinceMs !== null && nowMs - this.#halfSinceMs > progressDeadlineMs) {
      return 'its request was incomplete at the deadline';
    }
    const {writableLength, bytesWritten} = socket;
    if (writableLength === 0) this.#unsent = null;
    else if (this.#unsent?.bytesWritten !== bytesWritten - writableLength) {
      this.#unsent = {sinceMs: nowMs, bytesWritten: bytesWritten - writableLength};
    }
    return this.#unsent !== null && nowMs - this.#unsent.sinceMs > progressDeadlineMs
      ? 'it does not read its replies'
      : null;
  }
}
