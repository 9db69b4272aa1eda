import {connect} from 'node:net';

// The least a Node process can do to send at a rate: bare sockets, the request as one constant, a busy loop for the
// time, latency from the moment a request was due. `node raw-open-loop.ts PORT RATE SECONDS CONNECTIONS`; prints JSON.

const [port = 0, rate = 0, seconds = 0, connections = 0] = process.argv.slice(2).map(Number);
const body = JSON.stringify({texts: ['one text of about the same length as those of the generator']});
const request = Buffer.from(
  `POST /embed HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);
const warmUp = rate;
const total = warmUp + rate * seconds;
const latencies = new Float64Array(total);
const due: number[] = [];
let sent = 0;
let answered = 0;

const idle = await Promise.all(Array.from({length: connections}, open));
const startMs = performance.now();
setImmediate(turn);

interface Line {
  place: number;
  write: () => void;
}

function open(): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({port, host: '127.0.0.1', noDelay: true});
    const line = {place: 0, write: () => void socket.write(request)};
    socket.on('data', () => answer(line));
    socket.once('connect', () => resolve(line)).once('error', reject);
  });
}

function turn(): void {
  const elapsedMs = performance.now() - startMs;
  for (; sent < total && (sent * 1_000) / rate <= elapsedMs; sent += 1) {
    const line = idle.pop();
    if (line === undefined) due.push(sent);
    else send(line, sent);
  }
  if (answered < total) setImmediate(turn);
  else report();
}

function send(line: Line, place: number): void {
  line.place = place;
  line.write();
}

/** The answer fits in one packet. */
function answer(line: Line): void {
  latencies[line.place] = performance.now() - startMs - (line.place * 1_000) / rate;
  answered += 1;
  const next = due.shift();
  if (next === undefined) idle.push(line);
  else send(line, next);
}

function report(): void {
  const sorted = latencies.subarray(warmUp).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  process.stdout.write(`${JSON.stringify({p50Ms: at(0.5), p99Ms: at(0.99), p999Ms: at(0.999)})}\n`);
  process.exit();
}
