/**
 * Variables every process of a stack carries. They are how it is found again when the supervisor was killed before it
 * could write down that it had started it.
 */
export const marks = {
  /** The state folder of its stack. */
  stack: 'SUTRA_STACK',
  instance: 'SUTRA_INSTANCE',
  /** Digest of the spec it was started from. */
  digest: 'SUTRA_SPEC_DIGEST',
  artifact: 'SUTRA_SPEC_ARTIFACT',
  reload: 'SUTRA_SPEC_RELOAD',
  /** With commas between. */
  ports: 'SUTRA_SPEC_PORTS',
} as const;
