import { readFileSync } from 'node:fs';

/** Reserved for the API, its watches, logs and requests to models. */
const RESERVE = 1_000;

/** File descriptors that model servers of this process may use; more would block the clients of the API. */
export class DescriptorBudget {
  private taken = 0;

  constructor(private readonly limit: number) {}

  /** Throws where none is left. */
  take(): void {
    if (this.taken >= this.limit)
      throw new Error(`too many open files: this process has room for ${this.limit} model servers`);
    this.taken += 1;
  }

  giveBack(): void {
    this.taken -= 1;
  }
}

/**
 * What a page of limits (`/proc/self/limits`, https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html) leaves for
 * model servers.
 */
export function serversWithin(limits: string): number {
  const files = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return files === undefined ? Infinity : Math.max(0, Number(files) - RESERVE);
}

/** The limit of this process; unlimited where the system does not report one. */
export function ownBudget(): DescriptorBudget {
  try {
    return new DescriptorBudget(serversWithin(readFileSync('/proc/self/limits', 'utf8')));
  } catch {
    return new DescriptorBudget(Infinity);
  }
}
