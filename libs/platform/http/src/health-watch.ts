import { Periodic, type CheckResult, type Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Gauge, type Registry } from '@tessera/platform-telemetry';

const EVERY_MS = 5_000;

/**
 * Exports what `/readyz` and `/livez` answer to those who do not ask: the gauge `tessera_check_failed` is 1 for every
 * failing check, and each change is a line in the log, with the cause.
 */
export class HealthWatch {
  private readonly failing = new Set<string>();
  private readonly gauge: Gauge<'kind' | 'check'>;
  private readonly periodic: Periodic;

  constructor(
    private readonly on: { readonly health: Health; readonly registry: Registry; readonly logger: Logger },
    everyMs = EVERY_MS,
  ) {
    this.gauge = new Gauge({
      name: 'tessera_check_failed',
      help: '1 while a check of /readyz (readiness) or /livez (liveness) fails; the cause is in the log.',
      labelNames: ['kind', 'check'],
      registers: [on.registry],
    });
    this.periodic = new Periodic({
      everyMs,
      work: () => this.look(),
      onFailure: (error) => on.logger.error({ err: error }, 'could not run the checks'),
    });
  }

  /** Runs the checks for the first time after one interval. */
  start(): void {
    this.periodic.start();
  }

  stop(): Promise<void> {
    return this.periodic.stop();
  }

  /** Runs every check once, sets the gauge and logs what changed. */
  async look(): Promise<void> {
    for (const result of await this.on.health.results()) this.report(result);
  }

  private report({ kind, check, cause }: CheckResult): void {
    const { logger } = this.on;
    const key = `${kind} ${check}`;
    this.gauge.set({ kind, check }, cause === undefined ? 0 : 1);
    if (cause !== undefined && !this.failing.has(key)) {
      this.failing.add(key);
      logger.warn({ kind, check, cause }, 'check fails');
    }
    if (cause === undefined && this.failing.delete(key)) logger.info({ kind, check }, 'check passes again');
  }
}
