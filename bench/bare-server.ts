import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';

// What Node can do at best: the same bytes for whatever is asked. `node bare-server.ts PORT FILE`.

const [port, file] = process.argv.slice(2);
const body = readFileSync(file ?? '');
const headers = {'content-type': 'application/json', 'content-length': body.length};

createServer((request, response) => {
  request.resume();
  if (request.method === 'POST') response.writeHead(200, headers).end(body);
  else response.end('{}');
}).listen(Number(port), '127.0.0.1');
