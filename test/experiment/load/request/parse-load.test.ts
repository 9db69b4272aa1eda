import {describe, expect, it} from 'vitest';
import {type LoadFlags, parseLoad, parseUrl} from '../../../../src/experiment/load/request/parse-load.js';
import {parseStages} from '../../../../src/experiment/load/request/parse-stages.js';

const flags: LoadFlags = {
  arrivals: 'uniform',
  closed: false,
  workers: 1,
  warmup: '2s',
  timeout: '30s',
  workload: 'uniform:10',
  words: '8-16',
  batch: '1',
  seed: 1,
};
const usage = expect.objectContaining({code: 'USAGE'});

describe('a load', () => {
  it('is 50 requests a second for 30 s to /embed unless told otherwise', () => {
    const load = parseLoad(flags);
    expect(load.loop).toMatchObject({stages: [{durationMs: 30_000, fromPerSecond: 50, toPerSecond: 50}]});
    expect(load).toMatchObject({method: 'POST', warmupMs: 2_000, deadlineMs: 30_000, connections: 128});
    expect(load.body.template).toBe('{"texts":{{texts}},"truncate":true}');
    expect(parseUrl('http://127.0.0.1:8888').pathname).toBe('/embed');
    expect(parseUrl('http://127.0.0.1:8888/v1/embeddings').pathname).toBe('/v1/embeddings');
  });

  it.each<[string, Partial<LoadFlags>]>([
    ['a rate of 0', {rate: '0'}],
    ['a negative rate', {rate: '-5'}],
    ['a rate that is not a number', {rate: 'abc'}],
    ['a rate of nothing', {rate: ''}],
    ['a length of time that is none', {duration: '5 parsecs'}],
    ['no time at all', {duration: '0s'}],
    ['a closed loop with a rate', {closed: true, rate: '5'}],
    ['stages with a duration', {stages: '5s:5', duration: '5s'}],
    ['stages without a rate', {stages: '5s'}],
    ['stages that never send', {stages: '5s:0,5s:0'}],
    ['a workload nobody knows', {workload: 'fractal'}],
    ['no words', {words: '0'}],
    ['a range that is upside down', {words: '9-3'}],
    ['more texts than the API takes', {batch: '257'}],
    ['a body that is no JSON', {body: '{"texts":'}],
    ['a body that asks for a dimension nobody gave', {body: '[{{dimension}}]'}],
    ['a method without an answer to read', {method: 'HEAD'}],
    ['a dimension of 0', {dimension: '0'}],
    ['a header with a line break', {header: ['a: b\r\nc: d']}],
    ['a length of its own', {header: ['Content-Length: 5']}],
    ['chunks of its own', {header: ['transfer-encoding: chunked']}],
  ])('with %s is refused', (_, wrong) => {
    expect(() => parseLoad({...flags, ...wrong})).toThrowError(usage);
  });

  it.each(['', 'localhost:8888', 'ftp://host/', 'http://', '/embed'])('to %j is refused', (url) => {
    expect(() => parseUrl(url)).toThrowError(usage);
  });

  it.each(['http://user:secret@host/', 'http://user@host/'])('to %j is refused without repeating the secret', (url) => {
    expect(() => parseUrl(url)).toThrowError(usage);
    expect(() => parseUrl(url)).not.toThrowError(/secret/);
  });

  it.each([
    [{stages: '5s:'}, '--stages: in "5s:", : is not a number'],
    [{stages: '5s:5,x:5'}, '--stages: in "x:5", x: is not a duration'],
    [{duration: '0s'}, '--duration 0s: must be more than 0 and at most 24h'],
    [{workload: 'uniform:abc'}, '--workload uniform:abc: KEYS "abc" is not a number'],
    [{workload: 'uniform:1.5'}, '--workload uniform:1.5: KEYS "1.5" is not a whole number'],
    [{workload: 'zipf:0:10'}, '--workload zipf:0:10: S "0" must be more than 0'],
    [{workload: 'texts:'}, '--workload texts:: FILE is missing'],
  ])('says what is wrong in the words of the flag: %j', (wrong, message) => {
    expect(() => parseLoad({...flags, ...wrong})).toThrowError(expect.objectContaining({code: 'USAGE', message}));
  });

  it('takes any body with texts in it, or none', () => {
    expect(parseLoad({...flags, body: '{"input":{{text}}}'}).body.template).toBe('{"input":{{text}}}');
    expect(parseLoad({...flags, method: 'get'})).toMatchObject({method: 'GET', body: {template: null}});
    expect(parseLoad({...flags, header: ['content-type: text/plain'], body: 'plain'}).headers).toEqual({
      'content-type': 'text/plain',
    });
  });
});

it('stages hold a rate or go from one to another', () => {
  expect(parseStages('10s:100,500ms:100-0.5,1m:20')).toEqual([
    {durationMs: 10_000, fromPerSecond: 100, toPerSecond: 100},
    {durationMs: 500, fromPerSecond: 100, toPerSecond: 0.5},
    {durationMs: 60_000, fromPerSecond: 20, toPerSecond: 20},
  ]);
});
