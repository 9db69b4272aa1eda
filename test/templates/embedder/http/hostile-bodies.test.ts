import type {ErrorBody} from '@sutra/contract/http-embed';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {embed, jsonOf, metric} from '../support/embed-client.js';
import {type EmbedderProcess, startLoadedEmbedder} from '../support/embedder-process.js';
import {miniLmId, modelOf, pullTimeoutMs} from '../support/model.js';
import {rawRequest} from '../support/raw-request.js';

interface Hostile {
  what: string;
  body: string | Buffer;
  status: number;
  code: string;
  path?: string;
  headers?: Record<string, string>;
}

const list = (length: number) => JSON.stringify({texts: Array.from({length}, () => 'a')});

const hostile: Hostile[] = [
  {what: 'nothing', body: '', status: 400, code: 'malformed'},
  {what: 'broken JSON', body: '{"texts":["a"', status: 400, code: 'malformed'},
  {what: 'a form', body: 'texts=a&texts=b', status: 400, code: 'malformed'},
  {what: 'bytes that are not UTF-8', body: Buffer.from([0x22, 0xc3, 0x28, 0x22]), status: 400, code: 'malformed'},
  {what: 'a body cut short by its own length', body: '{"texts":["abc"]}'.slice(0, 12), status: 400, code: 'malformed'},
  {what: 'ninety thousand open brackets', body: '['.repeat(90_000), status: 400, code: 'malformed'},
  {what: 'brackets nested deeply', body: `${'['.repeat(9e4)}${']'.repeat(9e4)}`, status: 422, code: 'invalid'},
  {what: 'null', body: 'null', status: 422, code: 'invalid'},
  {what: 'a list instead of an object', body: '["a"]', status: 422, code: 'invalid'},
  {what: 'an object without texts', body: '{}', status: 422, code: 'invalid'},
  {what: 'an empty list', body: '{"texts":[]}', status: 422, code: 'invalid'},
  {what: 'a number as a text', body: '{"texts":["a",7]}', status: 422, code: 'invalid'},
  {what: 'null as a text', body: '{"texts":[null]}', status: 422, code: 'invalid'},
  {what: 'a string as the list', body: '{"texts":"a"}', status: 422, code: 'invalid'},
  {what: 'lists in the list', body: '{"texts":[["a"]]}', status: 422, code: 'invalid'},
  {what: 'text and texts', body: '{"texts":["a"],"text":"a"}', status: 422, code: 'invalid'},
  {what: 'a NUL', body: '{"texts":["a\\u0000b"]}', status: 422, code: 'invalid'},
  {what: 'a lone high surrogate', body: '{"texts":["\\ud800"]}', status: 422, code: 'invalid'},
  {what: 'a lone low surrogate', body: '{"texts":["a\\udc00b"]}', status: 422, code: 'invalid'},
  {what: 'a prototype', body: '{"__proto__":{"texts":["a"]}}', status: 422, code: 'invalid'},
  {what: 'normalize as a string', body: '{"texts":["a"],"normalize":"yes"}', status: 422, code: 'invalid'},
  {what: 'a negative dimension', body: '{"texts":["a"],"dimension":-1}', status: 422, code: 'invalid'},
  {what: 'half a dimension', body: '{"texts":["a"],"dimension":1.5}', status: 422, code: 'invalid'},
  {what: 'a dimension beyond all', body: '{"texts":["a"],"dimension":1e308}', status: 422, code: 'invalid'},
  {
    what: 'a dimension nobody offers',
    body: '{"texts":["a"],"dimension":100}',
    status: 422,
    code: 'dimension_not_offered',
  },
  {what: 'an unknown input type', body: '{"texts":["a"],"input_type":"poem"}', status: 422, code: 'invalid'},
  {what: 'a lifetime of years', body: '{"texts":["a"],"cache_ttl_seconds":99999999}', status: 422, code: 'invalid'},
  {what: 'another model', body: '{"texts":["a"],"model_id":"gpt"}', status: 422, code: 'unknown_model'},
  {what: '257 texts', body: list(257), status: 413, code: 'too_many_texts'},
  {what: '10,000 texts', body: list(10_000), status: 413, code: 'too_many_texts'},
  {what: '10,000 numbers', body: `{"texts":[${'1,'.repeat(9_999)}1]}`, status: 413, code: 'too_many_texts'},
  {
    what: 'a text longer than the window',
    body: `{"texts":["${'word '.repeat(300)}"]}`,
    status: 413,
    code: 'text_too_long',
  },
  {what: '190 KB of punctuation', body: `{"texts":["${'!'.repeat(190_000)}"]}`, status: 413, code: 'text_too_long'},
  {what: '1 MB of one word', body: `{"texts":["${'a'.repeat(1_000_000)}"]}`, status: 413, code: 'body_too_large'},
  {what: '8 MB', body: 'x'.repeat(8_000_000), status: 413, code: 'body_too_large'},
  {what: 'token ids', body: '{"input":[[1,2]]}', status: 422, code: 'invalid', path: '/v1/embeddings'},
  {what: 'an empty input', body: '{"input":[]}', status: 422, code: 'invalid', path: '/v1/embeddings'},
  {what: 'no input', body: '{"model":"all-MiniLM-L6-v2"}', status: 422, code: 'invalid', path: '/v1/embeddings'},
  {
    what: '300 inputs',
    body: list(300).replace('texts', 'input'),
    status: 413,
    code: 'too_many_texts',
    path: '/v1/embeddings',
  },
  {
    what: 'OpenAI’s own model',
    body: '{"input":"a","model":"text-embedding-3-small"}',
    status: 422,
    code: 'unknown_model',
    path: '/v1/embeddings',
  },
  {
    what: 'an unknown encoding',
    body: '{"input":"a","encoding_format":"hex"}',
    status: 422,
    code: 'invalid',
    path: '/v1/embeddings',
  },
  {what: 'a path that is not there', body: '{}', status: 404, code: 'not_found', path: '/generate'},
  {what: 'a path that takes other methods', body: '{}', status: 405, code: 'method_not_allowed', path: '/health'},
  {what: 'a path with a broken escape', body: '{}', status: 400, code: 'malformed', path: '/%zz'},
];

describe('hostile requests', () => {
  let embedder: EmbedderProcess;

  beforeAll(async () => {
    const {folder} = await modelOf(miniLmId);
    embedder = await startLoadedEmbedder({SUTRA_ROLE: 'direct', SUTRA_MODEL_DIR: folder});
  }, pullTimeoutMs);
  afterAll(async () => {
    await embedder[Symbol.asyncDispose]();
  });

  it.each(hostile)('$what: $status $code', async ({body, status, code, path = '/embed', headers = {}}) => {
    const answer = await fetch(embedder.url + path, {method: 'POST', body, headers});
    const error = await jsonOf<ErrorBody>(answer);
    expect({status: answer.status, code: error.error.code}).toEqual({status, code});
    expect(error.request_id).toBe(answer.headers.get('x-request-id'));
    expect(error.error.message).not.toMatch(/\n|\bat .*\.js/);
  });

  it('a schema error names the place in the body', async () => {
    const answer = await fetch(`${embedder.url}/embed`, {method: 'POST', body: '{"texts":["a",7]}'});
    const {error} = await jsonOf<ErrorBody>(answer);
    expect(error.details).toEqual({issues: [expect.objectContaining({path: 'texts.1'})]});
  });

  it('a dimension that is not offered comes with those that are', async () => {
    const answer = await fetch(`${embedder.url}/embed`, {method: 'POST', body: '{"texts":["a"],"dimension":100}'});
    const {error} = await jsonOf<ErrorBody>(answer);
    expect(error.details).toMatchObject({offered: [384]});
  });

  it('a text that is too long is named by its place, its tokens and the window', async () => {
    const texts = ['short', 'short', 'other', 'word '.repeat(300)];
    const answer = await fetch(`${embedder.url}/embed`, {method: 'POST', body: JSON.stringify({texts})});
    const {error} = await jsonOf<ErrorBody>(answer);
    expect(error.details).toEqual({index: 3, tokens: 302, window: 256});
  });

  it.each([
    ['what is not HTTP', 'HELO embedder\r\n\r\n', '400'],
    ['headers beyond 16 KB', `GET /health HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, '400'],
    ['two lengths', 'POST /embed HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}', '400'],
    ['a broken chunk', 'POST /embed HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', '400'],
  ])('%s is answered in the same envelope', async (_what, bytes, status) => {
    const answer = await rawRequest(embedder.url, bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
    expect(answer).toContain('"code":"malformed"');
  });

  it('uploads that stop half way cost nothing', async () => {
    const head = 'POST /embed HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n';
    await Promise.all(Array.from({length: 20}, () => rawRequest(embedder.url, `${head}{"texts":["`, 50)));
    expect(await embed(embedder.url, {texts: ['still here']})).toMatchObject({dimension: 384});
  });

  it('takes a well-formed request id over, and no other', async () => {
    const idFor = async (id: string) =>
      (await fetch(`${embedder.url}/health`, {headers: {'x-request-id': id}})).headers.get('x-request-id');
    expect(await idFor('trace-1.2:3')).toBe('trace-1.2:3');
    expect(await idFor('a b"c')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('a'.repeat(500))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('the service has lived through all of it, without a defect', async () => {
    expect((await fetch(`${embedder.url}/health`)).status).toBe(200);
    expect(embedder.events.map(({event}) => event)).toEqual(['started', 'model ready']);
    expect(await metric(embedder.url, 'sutra_embedding_requests_total{route="/embed",status="500"}')).toBe(0);
  });
});
