import {expect} from 'vitest';

/** What a command must print for a mistake of its user: no defect, exit code 2, what is wrong, and what to do. */
export function expectUsersMistake({exitCode, stderr}: {exitCode?: number; stderr: string}, path: string): void {
  expect(stderr).not.toContain('internal error');
  expect(exitCode).toBe(2);
  const [first] = stderr.split('\n').filter((line) => line.startsWith('Error: '));
  expect(first).toContain(path);
  expect(stderr).toMatch(/^ {2}try: \S/m);
}
