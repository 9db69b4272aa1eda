/** A socket's error as the kind it is counted under. Kinds that begin with `local-` are the generator's own fault. */
export function errorKind(error: unknown, connecting: boolean): string {
  const code = codeOf(error);
  const known = kinds[code];
  if (known !== undefined) return known;
  if (tlsCodes.test(code)) return 'tls';
  if (connecting) return `connect-${code.toLowerCase()}`;
  return `socket-${code.toLowerCase()}`;
}

const kinds: Record<string, string> = {
  ECONNREFUSED: 'connect-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EPROTO: 'tls',
  EADDRNOTAVAIL: 'local-no-port-left',
  EMFILE: 'local-too-many-files',
  ENFILE: 'local-too-many-files',
  ENOBUFS: 'local-no-memory',
  ENOMEM: 'local-no-memory',
};

const tlsCodes = /^(ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|CERT_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/** Of an error, or of the first of those it gathers (one a tried address). */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
