import {X509Certificate} from 'node:crypto';
import type {PeerCertificate} from 'node:tls';

/** Options of a TLS connection that trusts the first of these certificates alone, whatever name it is for. */
export function pinned(certificates: string[]) {
  const fingerprint = new X509Certificate(certificates[0] ?? '').fingerprint256;
  return {
    ca: certificates,
    // The chain may end below a root that is not in the file.
    allowPartialTrustChain: true,
    checkServerIdentity: (_host: string, presented: PeerCertificate) =>
      presented.fingerprint256 === fingerprint ? undefined : otherCertificate(),
  };
}

function otherCertificate(): Error {
  return new Error('the server has another certificate than the stack');
}
