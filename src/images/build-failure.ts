import {type FailureCode, SutraError} from '../errors.js';

/** What went wrong while an image was built, by what the build said last. */
export function buildFailure(image: string, base: string, lines: string[]): SutraError {
  const text = lines.join('\n');
  const {code, reason, cure} = causes.find(({sign}) => sign.test(text)) ?? otherCause;
  return new SutraError(code, `${image} could not be built: ${reason}${shown(lines)}`, {
    cure: cure.map((line) => line.replace('{base}', base)),
    details: {image, base, output: lines.slice(-shownLines)},
  });
}

/** The image that others are built on is not here and cannot be had. */
export function pullFailure(base: string, lines: string[]): SutraError {
  const text = lines.join('\n');
  const full = causes.find(({code, sign}) => code === 'NO_SPACE' && sign.test(text));
  const flag = base.includes('haproxy') ? 'HAPROXY_IMAGE' : 'NODE_IMAGE';
  const cure = full?.cure ?? [
    `docker pull ${base}, to check whether an image registry can be reached from here`,
    `docker load, from a machine that has it: docker save ${base} | ssh HOST docker load`,
    `sutra build --build-arg ${flag}=REGISTRY/${base}, to use another registry`,
  ];
  const message = `the base image ${base} is not on this machine and cannot be pulled${shown(lines)}`;
  return new SutraError(full?.code ?? 'NETWORK', message, {cure, details: {image: base, output: lines}});
}

export function pushFailure(tag: string, lines: string[]): SutraError {
  const refused = /denied|unauthorized|authentication required|no basic auth/i.test(lines.join('\n'));
  const [registry = ''] = tag.split('/');
  return new SutraError(refused ? 'PERMISSION' : 'NETWORK', `${tag} could not be pushed${shown(lines)}`, {
    cure: refused ? [`docker login ${registry}`, 'check that this account may push there'] : [`docker push ${tag}`],
    details: {image: tag, output: lines.slice(-shownLines)},
  });
}

const shownLines = 12;

/** The last lines that say something, indented below the message. */
function shown(lines: string[]): string {
  const said = lines.filter((line) => line.trim() !== '').slice(-shownLines);
  return said.map((line) => `\n    ${line}`).join('');
}

interface Cause {
  code: FailureCode;
  sign: RegExp;
  reason: string;
  cure: string[];
}

const otherCause = {
  code: 'BUILD_FAILED',
  reason: 'the build failed',
  cure: ['the last lines of the build are above', 'sutra build --no-cache, if the base image has changed'],
} as const satisfies Partial<Cause>;

/** In this order: a full disk also looks like a failed download. */
const causes: Cause[] = [
  {
    code: 'NO_SPACE',
    sign: /no space left on device|ENOSPC|disk quota exceeded/i,
    reason: 'the disk of the Docker engine is full',
    cure: [
      'docker system df, to see what uses the space',
      'docker builder prune, to delete the build cache',
      "df -h $(docker info --format '{{.DockerRootDir}}')",
    ],
  },
  {
    code: 'TOOL_MISSING',
    sign: /cannot connect to the docker daemon|error reading from server: EOF|transport is closing|code = Unavailable/i,
    reason: 'the Docker engine stopped during the build',
    cure: ['sudo systemctl start docker, then run the same command again'],
  },
  {
    code: 'NETWORK',
    sign: /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF|CERT_UNTRUSTED|unable to (get|verify) .*certificate/i,
    reason: 'npm does not trust the certificate of its registry (is there a proxy that inspects TLS?)',
    cure: ['sutra build --ca FILE, with the certificates of your proxy'],
  },
  {
    code: 'PERMISSION',
    sign: /npm (error|ERR!) code (E401|E403|ENEEDAUTH)/,
    reason: 'the npm registry rejected the credentials',
    cure: ['npm whoami; the build uses your ~/.npmrc', 'npm login, then run the same command again'],
  },
  {
    code: 'NETWORK',
    sign: /npm (error|ERR!).*(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ERR_SOCKET_CLOSED|E50\d)/,
    reason: 'the npm registry cannot be reached from inside the build',
    cure: [
      'check the network, then run the same command again: finished downloads are kept',
      'HTTPS_PROXY=http://HOST:PORT sutra build, behind a proxy',
      'npm_config_registry=https://HOST sutra build, where there is a mirror',
    ],
  },
  {
    code: 'NETWORK',
    sign: /failed to (resolve source metadata|do request|authorize|fetch)|pull access denied|(TLS handshake|i\/o) timeout/i,
    reason: 'its base image cannot be pulled',
    cure: ['docker pull {base}'],
  },
];
