import type {ErrorCode} from '@sutra/contract/http-embed';

/** An ErrorBody as a quoted HAProxy log-format string. The request id is in the transaction, checked where it was set. */
export function jsonError(
  {code, message}: {code: ErrorCode; message: string},
  requestId = 'var(txn.request_id)',
): string {
  return `'${JSON.stringify({error: {code, message}, request_id: `%[${requestId}]`})}'`;
}
