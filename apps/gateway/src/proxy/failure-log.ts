import type { Logger } from '@tessera/platform-logging';
import type { Workload } from '../routing/workload';

/**
 * Shortest interval between two log lines about one workload, ms: a client that retries in a loop must not fill the
 * log.
 */
const QUIET_MS = 10_000;

/** Logs why requests to workloads failed. Responses name neither pods nor causes. */
export class FailureLog {
  private readonly loggedAt = new WeakMap<Workload, number>();

  constructor(
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {}

  /** Logs the failure unless there was a line about this workload within the interval. */
  report(workload: Workload, why: string, pod?: string): void {
    const now = this.now();
    if (now - (this.loggedAt.get(workload) ?? -Infinity) < QUIET_MS) return;
    this.loggedAt.set(workload, now);
    const { id, project, name } = workload;
    this.logger.warn(
      { workloadId: id, project, workload: name, pod, why },
      'no replica could serve a request',
    );
  }
}
