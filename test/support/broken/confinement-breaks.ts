import type {InstanceConfinement} from '../../../src/runtime/runtime.js';

/** What an instance can hold that it should not, the check that fails by it, and what its reason names. */
export const confinementBreaks: [id: string, change: Partial<InstanceConfinement>, reason: string][] = [
  ['loopback-only', {listens: [{address: '0.0.0.0', port: 8_891}]}, '0.0.0.0 port 8891'],
  ['loopback-only', {listens: [{address: '10.0.0.7', port: 8_891}]}, '10.0.0.7'],
  ['loopback-only', {listens: [{address: '::', port: 9_999}]}, ':: port 9999'],
  ['non-root', {uid: 0}, 'runs as root'],
  ['no-capabilities', {capabilities: ['NET_RAW']}, 'NET_RAW'],
  ['no-new-privileges', {noNewPrivileges: false}, 'can gain privileges'],
  ['read-only-root', {readOnlyRoot: false}, 'can write'],
];
