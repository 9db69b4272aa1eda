import {defineConfig} from 'vitest/config';

// Whole stacks that are not timed, each with ports of its own: two files at a time.
const untimed = [
  'test/contract/runtime.test.ts',
  ...[
    ...['community', 'compose-damage', 'compose-errors', 'compose-folders', 'damaged-state', 'editions'],
    ...['hostile-bodies', 'killed-commands', 'launcher', 'life', 'limits', 'outside-strings', 'proxy', 'quality'],
    ...['real-text', 'second-user', 'security', 'state-folder', 'two-stacks'],
  ].map((name) => `test/e2e/${name}.test.ts`),
];

const stacks = {testTimeout: 300_000, hookTimeout: 600_000, disableConsoleIntercept: true};

// Real processes and one machine: the other files run one after another, so that no test measures another's load.
export default defineConfig({
  test: {
    globalSetup: './test/support/global-setup.ts',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contract/**', 'test/e2e/**', 'test/slow/**'],
          testTimeout: 30_000,
          // Vitest would leave one core of two to itself.
          maxWorkers: 2,
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          ...stacks,
          name: 'e2e-untimed',
          include: untimed,
          maxWorkers: 2,
          sequence: {groupOrder: 1},
        },
      },
      {
        test: {
          ...stacks,
          name: 'e2e',
          include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          exclude: untimed,
          fileParallelism: false,
          sequence: {groupOrder: 2},
        },
      },
    ],
  },
});
