import {describe, expect, it} from 'vitest';
import type {PullProgress} from '../../src/model/pull-context.js';
import {progressLine, pullView} from '../../src/model/pull-view.js';
import {transferRate, withSample} from '../../src/model/transfer-rate.js';
import {bytesText, secondsText} from '../../src/model/transfer-text.js';

const at = (receivedBytes: number): PullProgress => ({
  file: 'model.onnx',
  receivedBytes,
  totalBytes: 1_000_000,
  source: 'hub',
});

describe('rate and time left', () => {
  it('bytes of an earlier attempt do not count as fast', () => {
    const samples = [
      {atMs: 0, receivedBytes: 900_000},
      {atMs: 1_000, receivedBytes: 950_000},
    ];
    expect(transferRate(samples, 1_000_000)).toEqual({bytesPerSecond: 50_000, etaSeconds: 1});
  });

  it('follows the last five seconds', () => {
    let samples = [{atMs: 0, receivedBytes: 0}];
    for (const [atMs, receivedBytes] of [
      [1_000, 500_000],
      [10_000, 500_000],
      [11_000, 510_000],
    ] as const) {
      samples = withSample(samples, {atMs, receivedBytes});
    }
    expect(transferRate(samples, 1_000_000)).toEqual({bytesPerSecond: 10_000, etaSeconds: 49});
  });

  it('knows no rate from one sample and no time left without a total', () => {
    expect(transferRate([{atMs: 0, receivedBytes: 5}], 10)).toEqual({bytesPerSecond: 0, etaSeconds: null});
    expect(transferRate([], 10)).toEqual({bytesPerSecond: 0, etaSeconds: null});
    const two = [
      {atMs: 0, receivedBytes: 0},
      {atMs: 500, receivedBytes: 100},
    ];
    expect(transferRate(two, null)).toEqual({bytesPerSecond: 200, etaSeconds: null});
  });
});

describe('what a pull shows', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 KB'],
    [99_960, '100 KB'],
    [165_113_221, '165 MB'],
    [999_600_000, '1.0 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [0.2, '1 s'],
    [65, '1 min 05 s'],
    [3_725, '1 h 02 min'],
  ])('%d seconds are %s', (seconds, text) => expect(secondsText(seconds)).toBe(text));

  it('a line has share, bytes, rate, time left and the source', () => {
    const rate = {bytesPerSecond: 250_000, etaSeconds: 2};
    expect(progressLine(at(500_000), rate, false)).toBe('model.onnx   50 %  500 KB of 1.0 MB  250 KB/s  2 s left');
    expect(progressLine({...at(500_000), source: 'npm'}, rate, true)).toBe(
      'npm model.onnx  [========        ]   50 %  500 KB of 1.0 MB  250 KB/s  2 s left',
    );
  });

  const show = (isTTY: boolean) => {
    let nowMs = 0;
    let text = '';
    const view = pullView({isTTY, columns: 60, write: (piece: string) => (text += piece)}, {nowMs: () => nowMs});
    for (let step = 0; step <= 50; step += 1) {
      view.onProgress(at(step * 20_000));
      nowMs += 100;
    }
    view.onNote('a note');
    view.end();
    return text;
  };

  it('off a terminal: plain lines two seconds apart, and the last', () => {
    const lines = show(false).trimEnd().split('\n');
    expect(lines).toEqual([
      'model.onnx   40 %  400 KB of 1.0 MB  200 KB/s  3 s left',
      'model.onnx   80 %  800 KB of 1.0 MB  200 KB/s  1 s left',
      'model.onnx  100 %  1.0 MB of 1.0 MB  200 KB/s',
      'a note',
    ]);
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('on a terminal: one line redrawn within the width, and a note on a line of its own', () => {
    const text = show(true);
    expect(text.split('\n').length).toBe(3);
    expect(text).toMatch(/\na note\n$/);
    const drawn = text.split('\r\u001b[2K').slice(1);
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn[20]).not.toContain('[');
    expect(drawn.every((line) => (line.split('\n')[0] ?? '').length < 60)).toBe(true);
  });
});
