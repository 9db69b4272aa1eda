/** What every container of a stack is held to. */
export function hardening(user: string): object {
  return {
    user,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    // A hung service is ended from inside, by its health check; that needs a parent that is not the service itself.
    init: true,
    pids_limit: 256,
    restart: 'unless-stopped',
    logging: {driver: 'json-file', options: {'max-size': '10m', 'max-file': '3'}},
  };
}
