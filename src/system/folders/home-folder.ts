import {userInfo} from 'node:os';
import {isAbsolute, join} from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The folder of HOME, or, where that is not set or not a whole path, of the password database: never a shared folder. */
export function homeFolder(env: Env): string {
  const {HOME} = env;
  return HOME !== undefined && isAbsolute(HOME) ? HOME : userInfo().homedir;
}

/** Where a user's caches belong on this system. */
export function userCacheFolder(env: Env): string {
  const {XDG_CACHE_HOME} = env;
  if (XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  const inHome = process.platform === 'darwin' ? 'Library/Caches' : '.cache';
  return join(homeFolder(env), inHome);
}
