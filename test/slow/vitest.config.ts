import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

// What takes minutes: npx vitest run --config test/slow/vitest.config.ts
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 900_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
