/** One JSON line on stdout for an event of the shard's life. Never what is stored. */
export function logEvent(service: string, event: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({at: new Date().toISOString(), service, event, ...fields})}\n`);
}
