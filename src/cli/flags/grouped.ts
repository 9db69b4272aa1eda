/** The same flags under a head of their own in the help: `WORKLOAD FLAGS`. */
export function grouped<T extends Record<string, object>>(helpGroup: string, flags: T): T {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, {...flag, helpGroup}])) as T;
}
