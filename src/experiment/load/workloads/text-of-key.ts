import {seededRandom} from '../../../stats/random.js';

/** Words of a text, both ends included. A common word is one token of most models. */
export interface WordRange {
  least: number;
  most: number;
}

/** The text of a key: always the same for the same key and range, never that of another key. */
export function textOfKey(key: number, {least, most}: WordRange): string {
  const random = seededRandom(Math.imul(key, 0x9e3779b1));
  const words = least + Math.floor(random() * (most - least + 1));
  return textOfWords(words, random, String(key));
}

/** So many words, the last of which is the mark. */
export function textOfWords(words: number, random: () => number, mark: string): string {
  let text = '';
  for (let word = 1; word < words; word += 1) text += `${vocabulary[Math.floor(random() * vocabulary.length)]} `;
  return text + mark;
}

const vocabulary =
  'the of and to in is was for on are with they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should'.split(
    ' ',
  );
