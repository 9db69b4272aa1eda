/** A sentence, the same said otherwise, and one that shares its words and says something else. */
type Trio = readonly [sentence: string, paraphrase: string, nearMiss: string];

export interface Topic {
  name: string;
  trios: readonly Trio[];
}
