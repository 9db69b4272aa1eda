import {execFileSync} from 'node:child_process';
import {delimiter, dirname} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Tests run the compiled product, as users do: this makes sure it is the product of these sources. */
export default function build(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
  execFileSync('sh', ['bin/ready.sh', 'true'], {cwd: root, env: {...process.env, PATH: path}, stdio: 'inherit'});
}
