import {type ErrorCode, errorStatus} from '@sutra/contract/http-embed';

interface FailureExtra {
  details?: unknown;
  /** Seconds after which trying again makes sense: the `Retry-After` of a 429 or 503. */
  retryAfterSeconds?: number;
}

/** A failure the client is told about: the code decides the HTTP status. The message never holds request text. */
export class EmbedFailure extends Error {
  override readonly name = 'EmbedFailure';
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, {details, retryAfterSeconds}: FailureExtra = {}) {
    super(message);
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return errorStatus[this.code];
  }
}
