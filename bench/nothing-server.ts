import {spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

export interface NothingServer extends Disposable {
  url: string;
}

/** HAProxy with one thread and the same answer for whatever it is asked: what is measured is who asks. */
export async function startNothing(folder: string, port: number, answer = '{}'): Promise<NothingServer> {
  const [path, answerFile] = [join(folder, 'haproxy.cfg'), join(folder, 'nothing.json')];
  writeFileSync(answerFile, answer);
  writeFileSync(
    path,
    [
      'global\n    nbthread 1\n    maxconn 2000',
      'defaults\n    mode http\n    timeout client 60s\n    timeout server 60s\n    timeout connect 5s',
      `frontend nothing\n    bind 127.0.0.1:${port}`,
      `    http-request return status 200 content-type application/json file ${answerFile}`,
      '',
    ].join('\n'),
  );
  const child = spawn('haproxy', ['-db', '-f', path], {stdio: ['ignore', 'ignore', 'inherit']});
  const url = `http://127.0.0.1:${port}/embed`;
  await untilAnswered(url);
  return {url, [Symbol.dispose]: () => void child.kill()};
}

async function untilAnswered(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(url, {method: 'POST', body: '{}'}).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}
