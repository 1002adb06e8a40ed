import type { Logger } from '@tessera/platform-logging';
import type { Workload } from '../routing/workload';

/** Between two lines about one workload, ms: a client that asks again and again must not fill the log. */
const QUIET_MS = 10_000;

/** What goes wrong with requests to workloads, in the log: callers are told no names and no causes. */
export class Complaints {
  private readonly told = new WeakMap<Workload, number>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {}

  /** Says it unless something was said of this workload a moment ago. */
  say(workload: Workload, why: string, pod?: string): void {
    const now = this.now();
    if (now - (this.told.get(workload) ?? -Infinity) < QUIET_MS) return;
    this.told.set(workload, now);
    const { id, project, name } = workload;
    this.logger.warn({ workloadId: id, project, workload: name, pod, why }, 'a request was not served');
  }
}
