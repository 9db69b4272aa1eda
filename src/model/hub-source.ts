import type {ModelFile} from '@sutra/contract/model-entry';
import {SutraError} from '../errors.js';
import {download} from '../system/http/download.js';
import type {HttpHeaders} from '../system/http/http-get.js';
import {discardPart, openPart, settlePart, wrongFile} from './part-file.js';
import type {PullContext} from './pull-context.js';

const publicHub = 'https://huggingface.co';

/** Where the hub is: `HF_ENDPOINT`, or the public one. Throws USAGE. */
export function hubEndpoint(env: Readonly<Record<string, string | undefined>>): string {
  const chosen = env.HF_ENDPOINT;
  if (chosen === undefined || chosen === '') return publicHub;
  if (URL.canParse(chosen) && /^https?:$/.test(new URL(chosen).protocol)) return chosen.replace(/\/+$/, '');
  throw new SutraError('USAGE', `HF_ENDPOINT is "${chosen}", which is not an http or https address`, {
    cure: `HF_ENDPOINT=${publicHub}`,
  });
}

/**
 * Fetches one file from the Hugging Face hub into the folder, going on from a part that is there. Throws CHECKSUM if
 * the hub has another file, NETWORK, NO_SPACE, INTERRUPTED.
 */
export async function fetchFromHub(context: PullContext, folder: string, file: ModelFile): Promise<void> {
  const endpoint = hubEndpoint(context.system.env);
  const source = new URL(endpoint).host;
  const resumed = await receive(context, folder, file, endpoint);
  try {
    await settlePart(folder, file, source, context.signal);
  } catch (error) {
    if (!resumed || !(error instanceof SutraError) || error.code !== 'CHECKSUM') throw error;
    // The first bytes were an earlier attempt's and may have been the wrong ones: once more from the start.
    await receive(context, folder, file, endpoint);
    await settlePart(folder, file, source, context.signal);
  }
}

/** Says whether bytes of an earlier attempt were built upon. */
async function receive(context: PullContext, folder: string, file: ModelFile, endpoint: string): Promise<boolean> {
  await using part = await openPart(folder, file);
  if (part.sizeBytes > file.sizeBytes) await part.truncate(0);
  const earlierBytes = part.sizeBytes;
  // A pull that was ended between the last byte and the rename.
  if (earlierBytes === file.sizeBytes) return true;
  const {signal, system, onProgress} = context;
  let built = earlierBytes > 0;
  const pieces = download({
    url: fileUrl(endpoint, file),
    authorization: system.env.HF_TOKEN ? `Bearer ${system.env.HF_TOKEN}` : undefined,
    dispatcher: context.dispatcher,
    headersMs: context.deadlines.headersMs,
    clock: system.clock,
    signal,
    pausesMs: context.pausesMs,
    fromByte: earlierBytes,
    etag: part.etag,
    onFirstHop: (headers) => refuseOtherFile(headers, file, new URL(endpoint).host),
    onReply: async (reply) => {
      if (reply.totalBytes !== null && reply.totalBytes !== file.sizeBytes) {
        throw wrongFile(new URL(endpoint).host, file, `has ${reply.totalBytes} bytes`);
      }
      if (reply.offset < part.sizeBytes) await part.truncate(reply.offset);
      if (reply.offset < earlierBytes) built = false;
      await part.setEtag(reply.etag);
      onProgress({file: file.name, receivedBytes: reply.offset, totalBytes: file.sizeBytes, source: 'hub'});
    },
  });
  for await (const {offset, bytes} of pieces) {
    if (offset + bytes.length > file.sizeBytes) throw await tooLong(folder, file, endpoint);
    await part.write(offset, bytes);
    onProgress({file: file.name, receivedBytes: offset + bytes.length, totalBytes: file.sizeBytes, source: 'hub'});
  }
  return built;
}

/** The hub's own word on the file comes before its bytes: sha256 of large files, and their length. */
function refuseOtherFile(headers: HttpHeaders, file: ModelFile, source: string): void {
  // Only this header is a sha256: the plain ETag of a small file is a git hash, that of a mirror anything.
  const digest = (headers['x-linked-etag'] ?? '').replace(/^W\/|"/g, '');
  if (/^[0-9a-f]{64}$/.test(digest) && digest !== file.sha256) {
    throw wrongFile(source, file, `has sha256 ${digest} by the hub's own metadata`);
  }
  const length = headers['x-linked-size'];
  if (length !== undefined && Number(length) !== file.sizeBytes) throw wrongFile(source, file, `has ${length} bytes`);
}

async function tooLong(folder: string, file: ModelFile, endpoint: string): Promise<SutraError> {
  await discardPart(folder, file);
  return wrongFile(new URL(endpoint).host, file, `has more than ${file.sizeBytes} bytes`);
}

function fileUrl(endpoint: string, {name, hub}: ModelFile): string {
  if (hub === undefined) throw new SutraError('INTERNAL', `${name} has no place on the hub`);
  const path = hub.path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${hub.repo}/resolve/${encodeURIComponent(hub.revision)}/${path}`;
}
