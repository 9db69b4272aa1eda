import type {Reporter, TestModule, Vitest} from 'vitest/node';
import {filesToSkip} from './tools.js';

/** Says at the end what was not run, with the reason, and how much that is. */
export class SkipReporter implements Reporter {
  private projects: string[] = [];
  /** The parts of paths that the command line asked for; all files when it asked for none. */
  private readonly paths = process.argv.slice(2).filter((argument) => argument.startsWith('test/'));

  onInit(vitest: Vitest): void {
    this.projects = vitest.projects.map(({name}) => name);
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].flatMap((test) => {
        const result = test.result();
        const note = result.state === 'skipped' ? result.note : undefined;
        // What `-t` leaves out has none.
        return note === undefined ? [] : `${module.relativeModuleId} > ${test.fullName}: ${note}`;
      }),
    );
    const files = filesToSkip()
      .filter(({path}) => this.wasAskedFor(path))
      .map(({path, reason}) => `${path}: ${reason}`);
    if (files.length + tests.length === 0) return;
    process.stdout.write(`\nSkipped here: ${files.length} files, ${tests.length} tests\n`);
    for (const line of [...files, ...tests]) process.stdout.write(`  ${line}\n`);
    // A machine on which something was skipped has not tested it.
    if (process.env.SUTRA_TEST_SKIPS === 'fail') {
      process.stdout.write('SUTRA_TEST_SKIPS=fail: nothing may be skipped\n');
      process.exitCode = 1;
    }
  }
  private wasAskedFor(path: string): boolean {
    const project = /^test\/(e2e|contract)\//.test(path) ? 'e2e' : 'unit';
    if (!this.projects.includes(project)) return false;
    return this.paths.length === 0 || this.paths.some((part) => path.includes(part));
  }
}
