/** What a preview could not find on this machine; nothing where it found everything. */
export function assumedLines(assumed: readonly string[]): string[] {
  if (assumed.length === 0) return [];
  return [
    'Assumed, because it was not found on this machine (deploy may write something else):',
    ...assumed.map(listed),
  ];
}

function listed(text: string): string {
  return `  - ${text}`;
}
