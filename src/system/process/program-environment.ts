/**
 * The environment that a program is run with: the caller's, without the variables that would make it work on something
 * else than it is told to. What says how a registry, an engine or a proxy is reached stays.
 */
export function programEnvironment(
  program: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const steers = steering[program] ?? never;
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined && !steers(pair[0])),
  );
}

type Steers = (name: string) => boolean;

const never: Steers = () => false;

const steering: Record<string, Steers> = {
  // A hook of git sets GIT_DIR, GIT_INDEX_FILE and others of its own repository.
  git: (name) =>
    name.startsWith('GIT_') &&
    !/^GIT_(?:SSH|ASKPASS|SSL|HTTP|PROXY|TERMINAL|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM)$)/.test(name),
  // Another project, file, profile or platform than that of the command's arguments.
  docker: (name) => name.startsWith('COMPOSE_') || name === 'DOCKER_DEFAULT_PLATFORM',
  // A script of npm has all of npm's settings in its environment, and NODE_ENV leaves out what a build needs.
  npm: (name) =>
    /^NODE_(?:ENV|OPTIONS|PATH)$/.test(name) ||
    (/^npm_(?:config|package|lifecycle|execpath|node_execpath|command)/i.test(name) && !reachesRegistry.test(name)),
};

/** Settings of npm that say where its registry is, how it is reached, and what is kept of it. */
const reachesRegistry =
  /^npm_config_(?:registry|_?auth.*|.*registry|\/\/.*|(?:https?_?)?proxy|no_?proxy|ca|cafile|cert|key|strict_ssl|userconfig|globalconfig|cache|fetch_.*|maxsockets|offline|prefer_offline|user_agent)$/i;
