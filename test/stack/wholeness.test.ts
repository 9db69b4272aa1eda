import {mkdirSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {stateFolderOf} from '../../src/stack/plans/deployed-plan.js';
import {problemsOf} from '../../src/stack/wholeness.js';
import {emptyFolder} from '../support/empty-folder.js';
import {planOf} from '../support/plans.js';

/** What is wrong with a journal that lies beside a running stack. */
function journalProblem(make: (path: string) => void): string | undefined {
  const system = emptyFolder();
  mkdirSync(stateFolderOf(system));
  make(join(stateFolderOf(system), 'journal.jsonl'));
  const here = {plan: planOf(), problem: null, runtime: 'process', wantsKeys: false} as const;
  const status = {keeper: {state: 'running', pid: 1}, instances: [], images: {}, damage: []} as const;
  const problems = problemsOf(system, here, {...status, instances: [], damage: []});
  expect(problems.length).toBeGreaterThan(0);
  return problems.find(({what}) => what === 'journal.jsonl')?.problem;
}

test('a journal that has become long is no problem', () => {
  const long = (path: string) => {
    writeFileSync(path, '{}\n');
    truncateSync(path, 2 ** 30);
  };
  expect(journalProblem(long)).toBeUndefined();
});

test('a folder in the place of the journal is one', () => {
  expect(journalProblem((path) => mkdirSync(path))).toBe('is a folder');
});

test.each([
  ['stopped', {code: 0, signal: null}, 'is stopped'],
  ['stopped', {code: null, signal: 'SIGKILL'}, 'is stopped: it was killed by SIGKILL'],
  ['failed', {code: 0, signal: null}, 'is failed: it ended with exit code 0'],
  ['failed', {code: 3, signal: null}, 'is failed: it ended with exit code 3'],
] as const)('%s after %o reads "%s"', (state, end, problem) => {
  const here = {plan: null, problem: null, runtime: 'process', wantsKeys: false} as const;
  const lastExit = {...end, atMs: 1};
  const instance = {
    name: 'ml-base-1',
    service: 'ml-base',
    role: 'model',
    url: 'http://127.0.0.1:8891',
    state,
    lastExit,
  };
  const instances = [{...instance, pid: null, startedAtMs: null, restarts: 0, problem: null}];
  const keeper = {state: 'running', pid: 1} as const;
  const problems = problemsOf(emptyFolder(), here, {keeper, instances, images: {}, damage: []});
  expect(problems.find(({what}) => what === 'ml-base-1')?.problem).toBe(problem);
});
