import {defineConfig} from 'vitest/config';

// Real processes and one machine: the e2e files run one after another, so that no test measures another's load.
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
          disableConsoleIntercept: true,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/contract/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          // After the unit tests, not beside them.
          sequence: {groupOrder: 1},
          disableConsoleIntercept: true,
        },
      },
    ],
  },
});
