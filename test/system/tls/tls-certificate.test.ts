import {createPrivateKey, X509Certificate} from 'node:crypto';
import {generate} from 'selfsigned';
import {describe, expect, it} from 'vitest';
import {generateCertificate, isOurs} from '../../../src/system/tls/generated-certificate.js';
import {readCertificate} from '../../../src/system/tls/tls-certificate.js';

const dayMs = 86_400_000;
const nowMs = Date.parse('2026-06-01T00:00:00Z');
const ours = await generateCertificate('some-host', nowMs);
const others = await generateCertificate('other-host', nowMs);
const certificateOf = (pem: string) => pem.slice(0, pem.indexOf('-----BEGIN PRIVATE'));
const keyOf = (pem: string) => pem.slice(pem.search(/-----BEGIN [A-Z ]*PRIVATE/));

describe('a generated certificate', () => {
  const certificate = readCertificate(ours, 'tls.pem', nowMs);

  it('is for this host by every name it has here', () => {
    expect(certificate.altNames.split(', ')).toEqual([
      'DNS:localhost',
      'DNS:some-host',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
    ]);
    expect(isOurs(certificate, 'some-host')).toBe(true);
    expect(isOurs(certificate, 'renamed-host')).toBe(false);
  });

  it('is EC P-256, signs nothing else, and is valid for a year', () => {
    const {publicKey, ca} = new X509Certificate(ours);
    expect(publicKey.asymmetricKeyDetails).toEqual({namedCurve: 'prime256v1'});
    expect(ca).toBe(false);
    expect(certificate.validToMs - nowMs).toBe(365 * dayMs);
  });
});

describe('a certificate of the operator’s own', () => {
  it('comes back as the chain, then the key, whatever else the file holds', () => {
    const text = `Bag Attributes\n${keyOf(ours)}\nsubject=x\n${certificateOf(ours)}${certificateOf(others)}`;
    const {pem, chain} = readCertificate(text, 'tls.pem', nowMs);
    expect(pem).toBe(certificateOf(ours) + certificateOf(others) + keyOf(ours));
    expect(chain).toHaveLength(2);
  });

  it.each([
    ['EC, in the old form of key', 'ec', 'sec1'],
    ['RSA, in the old form of key', 'rsa', 'pkcs1'],
    ['RSA', 'rsa', 'pkcs8'],
  ] as const)('%s is taken', async (_, keyType, type) => {
    const {cert, private: key} = await generate(undefined, {
      keyType,
      algorithm: 'sha256',
      notBeforeDate: new Date(nowMs),
    });
    const {pem} = readCertificate(cert + createPrivateKey(key).export({type, format: 'pem'}), 'tls.pem', nowMs);
    expect(new X509Certificate(pem).checkPrivateKey(createPrivateKey(keyOf(pem)))).toBe(true);
  });

  it.each([
    ['nothing', '', 'holds no certificate'],
    ['a certificate alone', certificateOf(ours), 'holds no private key'],
    ['a key alone', keyOf(ours), 'holds no certificate'],
    ['another’s key', certificateOf(ours) + keyOf(others), 'does not belong to its first certificate'],
    ['the chain in the wrong order', certificateOf(others) + ours, 'does not belong to its first certificate'],
    ['two keys', ours + keyOf(others), 'holds 2 private keys'],
    ['a broken certificate', ours.replace(/M[\w+/]{20}/, 'M'), 'cannot be read'],
    ['a key with a passphrase', certificateOf(ours) + locked(), 'has a passphrase'],
  ])('%s is refused, and the message says why and where', (_, text, reason) => {
    expect(() => readCertificate(text, '/srv/tls.pem', nowMs)).toThrow(
      expect.objectContaining({code: 'USAGE', message: expect.stringMatching(`^/srv/tls.pem: .*${reason}`)}),
    );
  });

  it('expired, or not valid yet, is refused with the day', () => {
    expect(() => readCertificate(ours, 'tls.pem', nowMs + 366 * dayMs)).toThrow('expired on 2027-06-01');
    expect(() => readCertificate(ours, 'tls.pem', nowMs - dayMs)).toThrow('is not valid before 2026-05-31');
    expect(readCertificate(ours, 'tls.pem', null).validToMs).toBe(nowMs + 365 * dayMs);
  });
});

function locked(): string {
  const options = {type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret'} as const;
  return String(createPrivateKey(keyOf(ours)).export(options));
}
