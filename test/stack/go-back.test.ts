import {expect, test} from 'vitest';
import {SutraError} from '../../src/errors.js';
import {goBack} from '../../src/stack/go-back.js';
import {findDeployedPlan} from '../../src/stack/plans/deployed-plan.js';
import {claimStateFolder} from '../../src/system/folders/folder-mark.js';
import {stateFolderOf} from '../../src/system/folders/state-folder.js';
import {emptyFolder} from '../support/empty-folder.js';
import {planOf} from '../support/plans.js';

/** Goes back to a plan that this machine has no model for; what is tested is what is said of the failure. */
async function gone(failure: unknown) {
  const system = emptyFolder();
  claimStateFolder(stateFolderOf(system));
  const before = planOf();
  const notes: string[] = [];
  const thrown = await goBack(failure, {system, before, note: (text) => void notes.push(text)}).catch(
    (error: unknown) => error,
  );
  return {thrown, notes, deployed: findDeployedPlan(system), before};
}

const lines = Array.from({length: 20}, (_, index) => `line ${index}`);

test('the plan that ran is the deployed one again, whatever becomes of it', async () => {
  const {deployed, before} = await gone(new Error('a step failed'));
  expect(deployed).toEqual(before);
});

test('what the failed instance wrote last is shown before going back, fifteen lines of it', async () => {
  const failure = new SutraError('START_FAILED', 'ml-base-1 did not start: it ended; its last lines:\n  line 19', {
    cure: 'read the log',
    details: {instance: 'ml-base-1', lines},
  });
  const {thrown, notes} = await gone(failure);
  const shown = lines.slice(5).map((line) => `  ${line}`);
  expect(notes).toEqual(['last lines of ml-base-1:', ...shown, 'restoring the previous deployment']);
  expect(thrown).toMatchObject({
    code: 'START_FAILED',
    message: 'ml-base-1 did not start: it ended',
    cures: [expect.stringMatching(/^restoring the previous deployment failed too \(.*nomic.*\)/), 'read the log'],
    details: {instance: 'ml-base-1'},
  });
});

test('an instance that wrote nothing is said to have written nothing', async () => {
  const {notes} = await gone(new SutraError('START_FAILED', 'no', {details: {instance: 'ml-base-1', lines: []}}));
  expect(notes[0]).toBe('ml-base-1 wrote no output');
});

test.each([
  ['of the command', new DOMException('interrupted', 'AbortError')],
  ['of a call', new DOMException('aborted', 'AbortError')],
])('an interrupt %s stays one', async (_, failure) => {
  expect((await gone(failure)).thrown).toMatchObject({code: 'INTERRUPTED', message: 'interrupted'});
});

test('a defect is not dressed up as a failure of the deployment', async () => {
  const defect = new TypeError('undefined is not a function');
  expect((await gone(defect)).thrown).toBe(defect);
});
