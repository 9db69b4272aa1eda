import {SutraError} from '../../errors.js';
import {textTable} from '../../report/table.js';
import {noLimit} from '../../report/wrap.js';
import {type ImageService, imageTargets} from '../../topology/images.js';

/** `NAME=VALUE` of --build-arg as a pair. Throws USAGE. */
export function buildArgument(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new SutraError('USAGE', `--build-arg ${text}: must be NAME=VALUE`, {
      cure: 'sutra build --build-arg NODE_IMAGE=node:24-trixie-slim',
    });
  }
  return [name, value];
}

interface ShownImage {
  service: ImageService;
  image: string;
  sizeBytes: number;
  aboveBaseBytes: number;
  seconds: number;
}

/** Sizes beside what they may be. Ours hold without a model. */
export function imageTable(images: ShownImage[], withModel: boolean, width = noLimit): string {
  const rows = images.map(({service, image, sizeBytes, aboveBaseBytes, seconds}) => {
    const {aboveBaseMb, documents} = imageTargets[service];
    const limited = aboveBaseMb !== null && !(withModel && service === 'embedder');
    const limit = limited ? `<= ${aboveBaseMb} MB` : '';
    return [image, megabytes(sizeBytes), megabytes(aboveBaseBytes), limit, documents, `${seconds.toFixed(1)} s`];
  });
  const documented = 'CLAIMED, MB';
  const head = ['IMAGE', 'SIZE', 'ABOVE BASE', 'TARGET', documented, 'TIME'];
  return textTable(head, rows, {width, optional: [documented]});
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
