import {severalLines} from '../../printable.js';

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};

/** Text as HTML or SVG text, also inside quotes. Whatever comes from outside goes through this. */
export function escapeHtml(text: string): string {
  return severalLines(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
