import type {L2ErrorCode} from '@sutra/contract/l2-protocol';

export type LinkCall = <T>(request: LinkRequest<T>) => Promise<T>;

export interface LinkRequest<T> {
  /** The frame of a request with this id. */
  frame(id: number): Buffer;
  /** Reads the reply's frame while its bytes are valid. Throws L2FrameError when it is not what was asked for. */
  read(bytes: Buffer, start: number, end: number): T;
  deadlineMs: number;
}

/** Why there is no answer: the shard is away, or too slow, or speaks another language. */
export class LinkFailure extends Error {
  override readonly name = 'LinkFailure';
}

/** The shard's own refusal: the connection is fine. */
export class LinkRefusal extends Error {
  override readonly name = 'LinkRefusal';
  readonly code: L2ErrorCode;

  constructor(code: L2ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
