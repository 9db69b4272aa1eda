/** The code of an error, or of the first of those it gathers (one per address tried); its name where it has no code. */
export function connectionErrorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return connectionErrorCode(error.errors[0]);
  if (!(error instanceof Error)) return '';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** What stood in the way of a connection, in words. */
export function connectionReason(error: unknown): string {
  const code = connectionErrorCode(error);
  if (isTlsCode(code)) return `TLS: ${tlsReason(error)}`;
  return reasons[code] ?? (error instanceof Error ? error.message || code : String(error));
}

/** Whether the connection stood and only the certificate or the handshake failed. */
export function isTlsCode(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|CERT_|UNABLE_TO_)/.test(code);
}

export const ownAuthorityCure = 'a certificate of your own authority: NODE_EXTRA_CA_CERTS=FILE';

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'no such host (DNS)',
  EAI_AGAIN: 'the name server does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  TimeoutError: 'no answer in time',
};

/** OpenSSL's own message holds addresses and source files. */
function tlsReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
