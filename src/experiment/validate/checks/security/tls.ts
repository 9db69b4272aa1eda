import {readRegularFile, writtenByHand} from '../../../../system/files/regular-file.js';
import {secretFilesOf} from '../../../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../../../system/folders/state-folder.js';
import {readCertificate} from '../../../../system/tls/tls-certificate.js';
import {oldTls, plainHttp, tlsHandshake} from '../../../../system/tls/tls-probe.js';
import {type Check, passIf} from '../../check.js';

/** The stack's own certificate and nothing older than TLS 1.2, and no answer to who does without. */
export const tls: Check = {
  phase: 'security',
  id: 'tls',
  unit: 'faults',
  target: () => '= 0',
  appliesTo: ({security}) => security.tls !== 'off',
  async run({plan, system}) {
    const {certificate: path} = secretFilesOf(stateFolderOf(system));
    const certificate = readCertificate(readRegularFile(path, writtenByHand).toString('utf8'), path, null);
    const target = {port: Number(new URL(plan.urls.api).port), signal: system.signal};
    const shake = await tlsHandshake({...target, certificates: certificate.chain});
    // Where the handshake failed already, the server may not even speak TLS, and of TLS 1.1 nothing could be told.
    const old = shake.protocol === null ? 'refused' : await oldTls(target);
    const plain = await plainHttp(target);
    const faults = [
      ...(shake.protocol === null ? [`no handshake with the certificate in ${path}: ${shake.reason}`] : []),
      ...(old === 'refused' ? [] : ['TLS 1.1 is accepted']),
      ...(plain === 'refused' ? [] : ['HTTP without TLS is answered']),
    ];
    const until = new Date(certificate.validToMs).toISOString().slice(0, 10);
    const good = `${shake.protocol} with the certificate of the stack, valid until ${until}; TLS 1.1 and plain HTTP refused`;
    return passIf(faults.length === 0, faults.length, faults.length === 0 ? good : faults.join('; '));
  },
};
