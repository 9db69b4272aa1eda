import {SutraError} from '../../errors.js';
import {programEnvironment} from '../process/program-environment.js';
import type {System} from '../system.js';
import {networkError} from './http-get.js';

const askNpmMs = 15_000;

/**
 * The address of the npm registry this user's npm would install from, without a trailing slash: the environment's, or
 * what npm's own configuration says. It may hold credentials: not for messages. Throws USAGE, NETWORK.
 */
export async function npmRegistry(system: Pick<System, 'env' | 'cwd'>, signal: AbortSignal): Promise<string> {
  const {env} = system;
  const address = env.npm_config_registry || env.NPM_CONFIG_REGISTRY || (await askNpm(system, signal));
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.replace(/\/+$/, '');
  throw new SutraError('USAGE', "npm's registry is not an http or https address", {
    cure: ['npm config get registry', 'npm_config_registry=https://…, then run the same command again'],
  });
}

async function askNpm({env, cwd}: Pick<System, 'env' | 'cwd'>, signal: AbortSignal): Promise<string> {
  const {execa} = await import('execa');
  const {stdout, failed} = await execa('npm', ['config', 'get', 'registry'], {
    env: programEnvironment('npm', env),
    extendEnv: false,
    cwd,
    timeout: askNpmMs,
    cancelSignal: signal,
    reject: false,
  });
  if (signal.aborted) throw new SutraError('INTERRUPTED', 'interrupted while asking npm for its registry');
  if (failed) throw networkError('unreachable', 'npm does not report its registry (npm config get registry)');
  return stdout.trim();
}
