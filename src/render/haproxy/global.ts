import type {HaproxySite} from './site.js';

/** Bytes of one buffer: a request is held whole so that it can be sent again to another replica. */
export const bufferBytes = 262_144;
/** Memory the buffers may take in all: two for a connection, one for a retry. */
const memoryBytes = 768 * 1024 * 1024;

export function renderGlobal({adminSocket}: HaproxySite): string {
  return `# The process.
global
    # Each connection may need three buffers (request, response, retry): ${memoryBytes >> 20} MiB / (3 x ${bufferBytes >> 10} KiB).
    maxconn ${Math.floor(memoryBytes / (3 * bufferBytes))}
    # A body that is not wholly in the buffer cannot be retried. 16 KiB, the default, lost requests of 30 KB.
    tune.bufsize ${bufferBytes}
    # Administration: this socket only, its owner only. No network port can change anything.
    stats socket ${adminSocket} mode 600 level admin expose-fd listeners
    # State changes of servers; not one line a request.
    log stdout format raw daemon notice
    # After a reload the old process finishes what it has begun, this long at most.
    hard-stop-after 60s
    # A warning is an error: also under haproxy -c.
    zero-warning
`;
}
