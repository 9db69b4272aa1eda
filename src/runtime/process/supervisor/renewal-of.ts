import type {ProcessSpec} from '../../../render/process-spec.js';
import type {Running} from '../state-file.js';
import type {Turn} from './instance-world.js';

interface Current {
  spec: ProcessSpec;
  /** Of the spec. */
  digest: string;
  running: Running;
  /** An earlier supervisor started it, and nothing has asked it since. */
  isUnasked: boolean;
  /** Its sockets are gone: nothing can ask it any more, and nothing could reload it. */
  isSocketLost: () => boolean;
}

/** What a running instance needs to be as it is wanted now: another start, for this cause; a reload; or nothing yet. */
export function renewalOf(current: Current, turn: Turn): {end: string} | 'reload' | null {
  const {spec, digest, running, isUnasked, isSocketLost} = current;
  const end = (cause: string) => (turn.mayEnd() ? {end: cause} : null);
  if (isUnasked && isSocketLost()) return end('its sockets are gone');
  if (running.digest !== digest) return end('its settings changed');
  if (running.reloadDigest === (spec.reload?.digest ?? null)) return null;
  if (turn.mayReload() && !isSocketLost()) return 'reload';
  return end('its ports move to another instance, or its sockets are gone');
}
