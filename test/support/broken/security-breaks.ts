import {chmod, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {vi} from 'vitest';
import {secretFilesOf} from '../../../src/system/folders/secrets-folder.js';
import {generateCertificate} from '../../../src/system/tls/generated-certificate.js';
import type {Security} from '../../../src/topology/plan-schema.js';
import {auditRegistry, folderWithLockfile} from '../audit-registry.js';
import {leasePorts} from '../ports.js';
import {type Break, changed, reconfigured, tampered} from './break.js';
import type {HealthyStack} from './healthy-stack.js';

/** What can be open that should be closed. */
export const securityBreaks: Break[] = [
  {
    what: 'the statistics page takes orders',
    fails: ['stats-read-only', 'admin-local'],
    mayFail: 'distribution',
    async apply(stack, healing) {
      await reconfigured(stack, healing, (text) =>
        text.replace(/ *http-request return status 405 .*'read-only'.*\n/, '    stats admin if TRUE\n'),
      );
      return {};
    },
  },
  {
    what: 'HAProxy is administrated over a network port',
    fails: ['admin-local'],
    mayFail: 'distribution',
    async apply(stack, healing) {
      const socket = `stats socket ipv4@127.0.0.1:${await leasePorts()} level admin`;
      await reconfigured(stack, healing, (text) => text.replace(/^global\n/m, `global\n    ${socket}\n`));
      return {};
    },
  },
  {
    what: 'a replica listens on every address',
    fails: ['loopback-only'],
    mayFail: 'distribution',
    async apply(stack, healing) {
      await changed(stack, healing, {name: 'embedding-service-2', env: {SUTRA_HOST: '0.0.0.0'}});
      return {};
    },
  },
  {
    what: 'a log holds a password',
    fails: ['no-secrets'],
    async apply({state}, healing) {
      const log = join(state, 'logs', 'careless.log');
      healing.defer(() => rm(log));
      await writeFile(log, 'connecting with password=hunter22\n', {mode: 0o600});
      return {};
    },
  },
  {
    what: 'everybody can read the plan',
    fails: ['secret-modes'],
    async apply({state}, healing) {
      const path = join(state, 'plan.json');
      healing.defer(() => chmod(path, 0o600));
      await chmod(path, 0o644);
      return {};
    },
  },
  {
    what: 'the API of a stack with keys asks for none',
    fails: ['api-keys', 'access-tokens'],
    apply(stack) {
      const env = {...stack.system.env, SUTRA_API_KEY: 'a-key-that-nobody-asks-for'};
      return Promise.resolve({...promised(stack, {apiKeys: 'f1ce9a0b77d2'}), system: {...stack.system, env}});
    },
  },
  {
    what: 'the API of a stack with TLS speaks plain HTTP',
    fails: ['tls'],
    async apply(stack, healing) {
      const {certificate} = secretFilesOf(stack.state);
      healing.defer(() => rm(certificate));
      await writeFile(certificate, await generateCertificate('localhost', Date.now()), {mode: 0o600});
      return promised(stack, {tls: 'generated'});
    },
  },
  {
    what: 'the API of a stack with a rate limit answers whatever comes',
    fails: ['rate-limit'],
    apply: (stack) => Promise.resolve(promised(stack, {requestsPerMinute: 50})),
  },
  {
    what: 'an error shows the inside',
    fails: ['hostile-bodies'],
    apply: (stack, healing) =>
      tampered(stack, healing, {
        before: 'api',
        async with({forward}) {
          const answer = await forward();
          if (answer.status < 400) return answer;
          return {...answer, text: answer.text.replace('"message":"', '"message":"at parse (/app/dist/body.js:12:9) ')};
        },
      }),
  },
  {
    what: 'a package has a critical vulnerability',
    fails: ['known-vulnerabilities'],
    async apply(_, healing) {
      const {url} = healing.use(await auditRegistry({'left-pad': 'critical'}));
      const {path} = healing.use(folderWithLockfile());
      vi.stubEnv('npm_config_registry', url);
      vi.stubEnv('npm_config_cache', join(path, 'cache'));
      healing.defer(() => void vi.unstubAllEnvs());
      return {lockfileFolder: path};
    },
  },
];

/** The plan says so, and the stack does not do it. */
function promised({plan}: HealthyStack, security: Partial<Security>) {
  return {plan: {...plan, security: {...plan.security, ...security}}};
}
