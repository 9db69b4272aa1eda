import {SutraError} from '../../../../errors.js';
import {deployedCacheSecret} from '../../../../system/folders/cache-secret.js';
import {readTree} from '../../../../system/folders/read-tree.js';
import {secretsFolder} from '../../../../system/folders/secrets-folder.js';
import {stateFolderOf} from '../../../../system/folders/state-folder.js';
import {apiKeyVariable, parseApiKeys} from '../../../../topology/api-keys.js';
import {type Check, passIf} from '../../check.js';
import type {StackUnderTest} from '../../stack-under-test.js';

/** What a secret looks like, whoever's it is. */
const patterns: [what: string, pattern: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['an AWS access key', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a password', /\bpass(word|wd)?["']?\s*[=:]\s*["']?[^\s"'<]{4}/i],
  ['an address with a password', /\b[a-z][a-z+.-]*:\/\/[^\s/:@"']+:[^\s/@"']+@/i],
  ['a bearer token', /\bauthorization["']?:\s*["']?bearer\s+[\w.~+/-]{8}/i],
];

/** Searches all that the stack has written, the plan and the logs among it, but for the folder that is for secrets. */
export const noSecrets: Check = {
  phase: 'security',
  id: 'no-secrets',
  unit: 'files with a secret',
  target: () => '= 0',
  async run(stack) {
    const {system, plan} = stack;
    const keys = configuredKeys(stack);
    const folder = stateFolderOf(system);
    const shardSecrets = await deployedSecrets(folder);
    const found = new Map<string, string>();
    let files = 0;
    let last = '';
    for await (const {path, text} of readTree(folder, {except: [secretsFolder]})) {
      if (path !== last) files += 1;
      last = path;
      const what = keys.some((key) => text.includes(key))
        ? 'an API key'
        : shardSecrets.some((secret) => text.includes(secret))
          ? 'the secret of the cache shard'
          : lookOf(text);
      if (what !== null) found.set(path, what);
    }
    if (found.size > 0) {
      return passIf(false, found.size, [...found].map(([path, what]) => `${path} holds ${what}`).join('; '));
    }
    if (files === 0) throw new SutraError('STATE', `there is no file below ${folder}`);
    if (plan.security.apiKeys !== null && keys.length === 0) {
      throw new SutraError(
        'STATE',
        `${files} files hold nothing that looks like a secret, but ${apiKeyVariable} is not set, so the keys themselves could not be searched for`,
      );
    }
    const looked = keys.length === 0 ? '' : `, nor one of the ${keys.length} API keys`;
    return passIf(true, 0, `${files} files hold nothing that looks like a secret${looked}`);
  },
};

async function deployedSecrets(folder: string): Promise<string[]> {
  const secrets = await Promise.all([true, false].map((own) => deployedCacheSecret(folder, own)));
  return secrets.filter((secret) => secret !== null);
}

function configuredKeys({system}: StackUnderTest): string[] {
  const asked = parseApiKeys(system.env[apiKeyVariable]);
  return asked.state === 'keys' ? asked.keys : [];
}

function lookOf(text: string): string | null {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}
