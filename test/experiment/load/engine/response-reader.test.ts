import {describe, expect, it} from 'vitest';
import {ResponseReader} from '../../../../src/experiment/load/engine/response-reader.js';

const ok = 'HTTP/1.1 200 OK\r\n';

/** The states after each packet. */
function read(...packets: string[]) {
  const reader = new ResponseReader();
  const states = packets.map((packet) => reader.push(Buffer.from(packet, 'latin1'), packet.length));
  return {reader, states, last: states.at(-1)};
}

describe('an answer', () => {
  it.each<[string, string]>([
    ['with a length', `${ok}Content-Length: 5\r\n\r\nhello`],
    ['without a body', `${ok}content-length: 0\r\n\r\n`],
    ['in chunks', `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n`],
    [
      'in chunks, with trailers',
      `${ok}transfer-encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\n`,
    ],
    ['that has no content by its status', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['after an interim one', `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}content-length: 1\r\n\r\nx`],
  ])('%s is whole at its last byte, wherever the packets are cut', (_, text) => {
    for (let cut = 1; cut < text.length; cut += 1) {
      expect(read(text.slice(0, cut), text.slice(cut)).states).toEqual(['more', 'done']);
    }
    expect(read(text).last).toBe('done');
    expect(read(...text).states.filter((state) => state === 'done')).toHaveLength(1);
  });

  it('with the same length twice is whole, and so is a switch of protocols, after which it closes', () => {
    expect(read(`${ok}content-length: 2\r\ncontent-length: 2\r\n\r\nhi`).last).toBe('done');
    const {reader, last} = read('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n');
    expect(last).toBe('done');
    expect(reader).toMatchObject({status: 101, closes: true});
  });

  it('says its status', () => {
    expect(read('HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n').reader.status).toBe(503);
  });

  it('without a length ends with its connection', () => {
    const {reader, last} = read(`${ok}\r\nsome`, 'thing');
    expect(last).toBe('more');
    expect(reader.closes).toBe(true);
    expect(reader.end()).toBe('done');
  });

  it('that the connection cuts short is bad', () => {
    expect(read(`${ok}content-length: 5\r\n\r\nhel`).reader.end()).toBe('bad');
    expect(read(ok).reader.end()).toBe('bad');
  });

  it.each<[string, string]>([
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['with a length below nothing', `${ok}content-length: -5\r\n\r\n`],
    ['with two lengths', `${ok}content-length: 2\r\nContent-Length: 5\r\n\r\nhi`],
    ['longer than it said', `${ok}content-length: 2\r\n\r\nhello`],
    ['with a chunk size that is not a number', `${ok}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['followed by what nobody asked for', `${ok}transfer-encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200`],
  ])('%s is bad', (_, text) => {
    expect(read(text).last).toBe('bad');
  });

  it.each<[string, boolean]>([
    [`${ok}content-length: 0\r\nConnection: close\r\n\r\n`, true],
    [`${ok}content-length: 0\r\n\r\n`, false],
    ['HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', true],
    ['HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 0\r\n\r\n', false],
  ])('says whether the server closes after it', (text, closes) => {
    expect(read(text).reader.closes).toBe(closes);
  });
});
