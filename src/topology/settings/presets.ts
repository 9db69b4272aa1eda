/** Settings for a kind of use, as the documents advise them; each is variables that `sutra deploy` reads. */
export interface Preset {
  for: string;
  variables: Record<string, string>;
}

/** Dimensions and cache figures are the seed documents' own; that a smaller dimension computes faster is their claim. */
export const presets = {
  'real-time': {for: 'search while the user types', variables: {MATRYOSHKA_DIM: '256'}},
  batch: {for: 'bulk loads, balanced quality', variables: {MATRYOSHKA_DIM: '512'}},
  research: {for: 'analysis, best quality', variables: {MATRYOSHKA_DIM: '768'}},
  'high-frequency': {
    for: 'repeated queries, as in autocomplete',
    variables: {SUTRA_CACHE_CAPACITY: '200000', SUTRA_CACHE_TTL: '172800'},
  },
  constrained: {for: 'little memory', variables: {SUTRA_CACHE_CAPACITY: '50000', SUTRA_CACHE_TTL: '3600'}},
  'over-3000-users': {for: 'more than 3,000 users', variables: {SUTRA_EDITION: 'community', ML_BASE_REPLICAS: '5'}},
  'under-1000-users': {for: 'fewer than 1,000 users', variables: {SUTRA_EDITION: 'simple'}},
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];
