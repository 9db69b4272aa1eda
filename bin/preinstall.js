// npm runs this when it installs sutra as a package, before the install scripts of the dependencies. On Linux x64 the one
// of onnxruntime-node fetches CUDA libraries of several hundred megabytes, which the services never load, and fails where
// their host cannot be reached. Setting ONNXRUNTIME_NODE_INSTALL leaves that script alone. See docs/adr/0036.
import {rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';

if (process.env.ONNXRUNTIME_NODE_INSTALL === undefined) replace(installScript());

/** null in a checkout whose dependencies are not there yet. */
function installScript() {
  try {
    return createRequire(import.meta.url).resolve('onnxruntime-node/script/install.js');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

function replace(path) {
  if (path === null) return;
  // A new file: this one may be a link to a copy that other projects share.
  rmSync(path);
  writeFileSync(path, '// Replaced by sutra, whose services run on the CPU and need no further files.\n');
}
