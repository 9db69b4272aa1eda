import {type FailureCode, SutraError} from '../../errors.js';

interface Known {
  pattern: RegExp;
  code: FailureCode;
  message: (line: string) => string;
  cure: string[];
}

/** What the engine says when it cannot, and what that means here. First match wins. */
const known: Known[] = [
  {
    pattern: /port is already allocated|address already in use|ports are not available/i,
    code: 'PORT_TAKEN',
    message: (line) => `a port was taken while the containers started: ${line}`,
    cure: ['stop the program that uses it', 'sutra deploy --project NAME --port-offset N puts this stack beside it'],
  },
  {
    pattern: /no such image|pull access denied|manifest unknown|repository does not exist/i,
    code: 'TOOL_MISSING',
    message: (line) => `an image is missing: ${line}`,
    cure: ['sutra build'],
  },
  {
    pattern: /no space left on device/i,
    code: 'NO_SPACE',
    message: () => 'the disk of the Docker engine is full',
    cure: ['free space: docker system df shows what uses it', 'then deploy again'],
  },
  {
    pattern: /container name .* is already in use/i,
    code: 'BUSY',
    message: (line) => `a container of that name exists already: ${line}`,
    cure: ['sutra deploy --project NAME gives this stack names of its own'],
  },
  {
    pattern: /cannot connect to the docker daemon|is the docker daemon running|connection refused/i,
    code: 'TOOL_MISSING',
    message: () => 'the Docker engine stopped answering',
    cure: ['sudo systemctl start docker', 'then deploy again: running services are kept'],
  },
  {
    pattern: /permission denied/i,
    code: 'PERMISSION',
    message: (line) => `the Docker engine refused: ${line}`,
    cure: ['sudo usermod -aG docker $USER, then log in again'],
  },
];

/** What `docker compose` wrote before it failed, as an error of ours. */
export function composeFailure(output: string): SutraError {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  for (const {pattern, code, message, cure} of known) {
    const line = lines.findLast((candidate) => pattern.test(candidate));
    if (line !== undefined) return new SutraError(code, message(line), {cure});
  }
  const last = lines.slice(-5).join('\n');
  return new SutraError('START_FAILED', `docker compose failed:\n${last}`, {cure: ['sutra status', 'sutra logs']});
}
