import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {addressOf, close, listen} from './hub-server.js';

/** A folder whose lockfile names two packages. */
export function folderWithLockfile(): Disposable & {path: string} {
  const path = mkdtempSync(join(tmpdir(), 'sutra-audit-'));
  const dependencies = {'left-pad': '1.3.0', 'right-pad': '1.0.1'};
  writeFileSync(join(path, 'package.json'), JSON.stringify({name: 'audited', version: '1.0.0', dependencies}));
  const packages = {
    '': {name: 'audited', version: '1.0.0', dependencies},
    'node_modules/left-pad': {version: '1.3.0'},
    'node_modules/right-pad': {version: '1.0.1'},
  };
  writeFileSync(join(path, 'package-lock.json'), JSON.stringify({name: 'audited', lockfileVersion: 3, packages}));
  return {path, [Symbol.dispose]: () => rmSync(path, {recursive: true})};
}

/** A registry whose audit service knows these advisories; null: it has no such service. */
export async function auditRegistry(
  severities: Record<string, string> | null,
): Promise<AsyncDisposable & {url: string}> {
  const advisories = Object.entries(severities ?? {}).map(([name, severity], index) => {
    const advisory = {id: index + 1, url: 'https://example.com', title: 'bad', severity, vulnerable_versions: '*'};
    return [name, [advisory]];
  });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (severities === null) response.writeHead(405).end('{}');
      else if (request.method === 'POST') response.end(JSON.stringify(Object.fromEntries(advisories)));
      else response.end(JSON.stringify({name: request.url?.slice(1), versions: {}, 'dist-tags': {}}));
    });
  });
  await listen(server);
  return {url: addressOf(server), [Symbol.asyncDispose]: () => close(server)};
}
