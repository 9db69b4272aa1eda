import type {TestContext} from 'vitest';

type Skippable = Pick<TestContext, 'skip'>;

/** Leaves a test out where it is not root who runs it. */
export function needsRoot({skip}: Skippable): void {
  skip(process.getuid?.() !== 0, 'must be root');
}

/** Leaves a test out where `missing` says why it cannot be run. */
export function needs({skip}: Skippable, missing: string | null): void {
  skip(missing !== null, missing ?? undefined);
}
