/** One JSON line on stdout for an event of the service's life. Never a request's text. */
export function logEvent(service: string, event: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({at: new Date().toISOString(), service, event, ...fields})}\n`);
}
