import {defineConfig} from 'vitest/config';
import type {Reporter} from 'vitest/node';
import {SkipReporter} from './test/support/skip-reporter.js';
import {filesToSkip} from './test/support/tools.js';

const e2e = (names: string) => names.split(' ').map((name) => `test/e2e/${name}.test.ts`);

// Whole stacks that are not timed, each with ports of its own: two files at a time. Three are slower.
const untimed = [
  'test/contract/runtime.test.ts',
  ...e2e(
    'bench-errors cache-variables change-edition community community-verdicts compose compose-damage compose-errors ' +
      'compose-folders compose-life editions hostile-bodies incremental launcher limits outside-strings packed proxy ' +
      'quality real-text second-user security two-stacks',
  ),
];

// `build` gives the names of the images to what it builds: beside it only files that start no containers.
const besideBuild = e2e('build damaged-state killed-commands life state-folder');

const reporters: (Reporter | 'default' | ['json', {outputFile: string}])[] = ['default', new SkipReporter()];
// For CI, which counts them.
if (process.env.SUTRA_TEST_JSON) reporters.push(['json', {outputFile: process.env.SUTRA_TEST_JSON}]);

/** What this machine lacks the tools for; named, with the reason, at the end. */
const skipped = filesToSkip().map(({path}) => path);

/** What is waited for has this long on a busy machine, unless the test promises less. */
const polls = {poll: {timeout: 5_000}};

const stacks = {testTimeout: 300_000, hookTimeout: 600_000, disableConsoleIntercept: true, expect: polls};

// Real processes and one machine: the other files run one after another, so that no test measures another's load.
export default defineConfig({
  test: {
    reporters,
    globalSetup: './test/support/global-setup.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/e2e/**', 'test/slow/**', ...skipped],
          testTimeout: 30_000,
          expect: polls,
          // A worker loads what the files share once; a file leaves nothing behind for the next.
          isolate: false,
          // They wait for processes a third of their time. Vitest would leave one core of two to itself.
          maxWorkers: 3,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          ...stacks,
          name: 'e2e-untimed',
          include: untimed,
          exclude: skipped,
          maxWorkers: 2,
          sequence: {groupOrder: 1},
        },
      },
      {
        test: {
          ...stacks,
          name: 'e2e-build',
          include: besideBuild,
          exclude: skipped,
          maxWorkers: 2,
          sequence: {groupOrder: 2},
        },
      },
      {
        test: {
          ...stacks,
          name: 'e2e',
          include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: [...untimed, ...besideBuild, ...skipped],
          fileParallelism: false,
          sequence: {groupOrder: 3},
        },
      },
    ],
  },
});
