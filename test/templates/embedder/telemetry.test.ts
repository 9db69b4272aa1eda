import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {embed} from './support/embed-client.js';
import {startLoadedEmbedder} from './support/embedder-process.js';
import {miniLmId, modelOf, pullTimeoutMs} from './support/model.js';

it(
  'an embedder leaves nothing in the home or temporary folder: the runtime’s telemetry is off',
  async () => {
    const {folder: modelDir} = await modelOf(miniLmId);
    const folder = await mkdtemp(join(tmpdir(), 'sutra-telemetry-'));
    try {
      const homes = {HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: folder};
      const env = {SUTRA_ROLE: 'direct', SUTRA_MODEL_DIR: modelDir, ...homes};
      await using embedder = await startLoadedEmbedder(env);
      await embed(embedder.url, {texts: ['is anybody told?']});
      embedder.kill('SIGTERM');
      await embedder.exited;
      expect(await readdir(folder, {recursive: true})).toEqual([]);
    } finally {
      await rm(folder, {recursive: true});
    }
  },
  pullTimeoutMs,
);
