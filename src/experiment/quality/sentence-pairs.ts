import type {Topic} from './topic.js';
import {topics} from './topics.js';

export interface SentencePair {
  kind: 'paraphrase' | 'near miss' | 'same topic' | 'different topic';
  /** Places in `sentences`. */
  of: readonly [number, number];
}

/** Every sentence, in the order of the topics. */
export const sentences: readonly string[] = topics.flatMap(({trios}) => trios.flat());

/** 40 paraphrases, 40 near misses, 60 pairs of one topic and 60 of two: 200 pairs, always the same. */
export const sentencePairs: readonly SentencePair[] = [
  ...withinTrios('paraphrase', 1),
  ...withinTrios('near miss', 2),
  ...withinTopics(),
  ...acrossTopics(),
];

function withinTrios(kind: SentencePair['kind'], member: number): SentencePair[] {
  return topics.flatMap((topic) =>
    topic.trios.map((_, trio) => ({kind, of: [at(topic, trio), at(topic, trio, member)]})),
  );
}

/** Every two trios of a topic. */
function withinTopics(): SentencePair[] {
  return topics.flatMap((topic) =>
    topic.trios.flatMap((_, trio) =>
      topic.trios
        .slice(0, trio)
        .map((_, earlier): SentencePair => ({kind: 'same topic', of: [at(topic, earlier), at(topic, trio)]})),
    ),
  );
}

/** Each topic with the three that follow it, in two places. */
function acrossTopics(): SentencePair[] {
  return topics.flatMap((topic, place) =>
    [1, 2, 3].flatMap((step) =>
      [0, 1].map((trio): SentencePair => {
        const other = topics[(place + step) % topics.length] ?? topic;
        return {kind: 'different topic', of: [at(topic, trio), at(other, trio + 2)]};
      }),
    ),
  );
}

/** Place of a member of a trio: 0 the sentence, 1 its paraphrase, 2 its near miss. */
function at({trios}: Topic, trio: number, member = 0): number {
  return sentences.indexOf(trios[trio]?.[member] ?? '');
}
