import {isDeepStrictEqual} from 'node:util';
import {labels} from '../../src/render/compose/service-definition.js';
import {seededRandom} from '../../src/stats/random.js';
import {docker} from './docker.js';
import {abandoned, type EndState, endState, historyFiles, killedAfter, type Victims} from './kill-command.js';
import type {Run, StackFolder} from './stack.js';

/** A command that is killed and given again, and the state it starts from. */
export interface KilledCommand {
  name: string;
  args: string[];
  prepare: (folder: StackFolder) => Promise<void>;
  /** Compares the vectors that the shard holds as well. */
  countsVectors?: boolean;
  /** Compares what the engine has as well: the names of our images and what they stand for, or this project's containers. */
  countsInEngine?: 'images' | {project: string};
  /** Exit code of the second command where the first had done all its work before it was killed. */
  exitWhenDone?: number;
}

export interface KillRound {
  victims: Victims;
  afterMs: number;
  /** It had ended before the signal came. */
  tooLate: boolean;
  /** What was not as without the kill, in words. */
  problems: string[];
}

export interface KillRounds {
  /** How long the command takes when nobody kills it. */
  wholeMs: number;
  rounds: KillRound[];
}

export interface KillMoments {
  moments: number;
  seed: number;
  /** Share of the command's duration over which the moments are spread, from its start; 1 is all of it. */
  share?: number;
  onRound?: (round: KillRound) => void;
}

const everybody: Victims[] = ['command', 'command and supervisor', 'group'];

/**
 * Runs the command once to its end, then kills it at `moments` random moments spread over that time, each time from the
 * same state and each time followed by the same command. A moment that fails is told in its round, never thrown.
 */
export async function killRounds(
  folder: StackFolder,
  command: KilledCommand,
  {moments, seed, share = 1, onRound}: KillMoments,
): Promise<KillRounds> {
  const random = seededRandom(seed);
  const reference = await endOf(folder, command, async () => null);
  if (reference.problems.length > 0) throw new Error(`${command.name}: ${reference.problems.join('; ')}`);
  const rounds: KillRound[] = [];
  for (let index = 0; index < moments; index += 1) {
    const victims = everybody[index % everybody.length] ?? 'command';
    const afterMs = Math.round(((index + random()) / moments) * share * reference.firstMs);
    const args = command.args;
    const round = await endOf(folder, command, () => killedAfter(folder, args, {afterMs, victims}));
    const problems = [...round.problems, ...differences(reference.state, round.state)];
    rounds.push({victims, afterMs, tooLate: round.tooLate, problems});
    onRound?.({victims, afterMs, tooLate: round.tooLate, problems});
  }
  return {wholeMs: reference.firstMs, rounds};
}

interface Ended {
  firstMs: number;
  tooLate: boolean;
  state: EndState & {vectors: number | null; inEngine: string[] | null};
  problems: string[];
}

/** Prepares, lets `first` happen to the command, then gives it (again) and waits for its end. */
async function endOf(
  folder: StackFolder,
  {args, prepare, countsVectors, countsInEngine, exitWhenDone = 0}: KilledCommand,
  first: () => Promise<Run | null>,
): Promise<Ended> {
  await prepare(folder);
  const before = new Set(historyFiles(folder));
  const early = await first();
  const startMs = performance.now();
  const run = early ?? (await folder.run(args));
  const firstMs = performance.now() - startMs;
  const isFine = run.exitCode === 0 || run.exitCode === exitWhenDone;
  const problems = isFine ? [] : [`exit ${run.exitCode}: ${run.stderr.split('\n').slice(-6).join(' / ')}`];
  problems.push(...abandoned(folder).map((path) => `left behind: ${path}`));
  const vectors = countsVectors === true ? await vectorsIn(folder) : null;
  const inEngine = countsInEngine === undefined ? null : await inEngineNow(countsInEngine);
  return {firstMs, tooLate: early !== null, state: {...endState(folder, before), vectors, inEngine}, problems};
}

async function inEngineNow(what: 'images' | {project: string}): Promise<string[]> {
  const list =
    what === 'images'
      ? ['image', 'ls', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}', '--filter', 'reference=sutra-*']
      : [
          ...['ps', '--all', '--filter', `label=${labels.project}=${what.project}`],
          ...['--format', `{{.Names}} {{.State}} {{.Label "${labels.definition}"}}`],
        ];
  return (await docker(...list)).split('\n').toSorted();
}

async function vectorsIn(folder: StackFolder): Promise<number> {
  const {json, stderr} = await folder.run(['cache', 'verify', '--json']);
  if (json === undefined) throw new Error(stderr);
  return (json as {checked: number}).checked;
}

function differences(wanted: Ended['state'], found: Ended['state']): string[] {
  const keys = Object.keys(wanted) as (keyof Ended['state'])[];
  return keys
    .filter((key) => !isDeepStrictEqual(wanted[key], found[key]))
    .map((key) => `${key}: ${JSON.stringify(found[key])} instead of ${JSON.stringify(wanted[key])}`);
}
