import {createPrivateKey, type KeyObject, X509Certificate} from 'node:crypto';
import {SutraError} from '../../errors.js';

/** A certificate that a server can serve with, and what of it must be known. */
export interface TlsCertificate {
  /** The chain, the server's own first, then its private key. */
  pem: string;
  /** The chain alone. */
  chain: string[];
  /** SHA-256 of the server's own certificate, as Node prints it. */
  fingerprint: string;
  /** The names and addresses it is for, as Node prints them. */
  altNames: string;
  subject: string;
  validToMs: number;
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/g;

/**
 * Reads a PEM file's text: a certificate chain, the server's own first, and its key. Throws USAGE, naming `path`; with
 * `nowMs` also for one that is not valid at that time.
 */
export function readCertificate(text: string, path: string, nowMs: number | null): TlsCertificate {
  const chain = text.match(certificateBlock) ?? [];
  const keys = text.match(keyBlock) ?? [];
  const [first] = chain.map((block) => parsedCertificate(block, path));
  const [keyText] = keys;
  if (first === undefined) throw unusable(path, 'holds no certificate');
  if (keyText === undefined) throw unusable(path, 'holds no private key');
  if (keys.length > 1) throw unusable(path, `holds ${keys.length} private keys; one is needed`);
  if (!first.checkPrivateKey(parsedKey(keyText, path))) {
    throw unusable(path, 'its private key does not belong to its first certificate');
  }
  const {validFromDate, validToDate} = first;
  if (nowMs !== null && validToDate.getTime() <= nowMs) throw unusable(path, `expired on ${validToDate.toISOString()}`);
  if (nowMs !== null && validFromDate.getTime() > nowMs)
    throw unusable(path, `is not valid before ${validFromDate.toISOString()}`);
  return {
    pem: [...chain, keyText].map((block) => `${block}\n`).join(''),
    chain,
    fingerprint: first.fingerprint256,
    altNames: first.subjectAltName ?? '',
    subject: first.subject,
    validToMs: validToDate.getTime(),
  };
}

function parsedCertificate(block: string, path: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw unusable(path, 'holds a certificate that cannot be read', error);
  }
}

function parsedKey(block: string, path: string): KeyObject {
  try {
    return createPrivateKey(block);
  } catch (error) {
    const locked = block.includes('ENCRYPTED');
    throw unusable(path, locked ? 'its private key has a passphrase' : 'its private key cannot be read', error);
  }
}

function unusable(path: string, reason: string, cause?: unknown): SutraError {
  return new SutraError('USAGE', `${path}: ${reason}`, {
    cure: [
      `cat server.crt chain.crt server.key > ${path}: the certificate, those that signed it, its key without a passphrase`,
      '--tls makes a certificate of its own',
    ],
    cause,
  });
}
