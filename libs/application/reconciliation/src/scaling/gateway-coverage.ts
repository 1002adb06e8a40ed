/** A gateway is missing once it has not reported for this long, ms: three reports. */
const MISSING_MS = 3_000;

/** Liveness of one gateway as its reports show it. */
interface Reporting {
  /** Since when it is expected to report. */
  expectedSince: number;
  reportedAt?: number;
}

/**
 * Tracks whether the reports of all gateways are complete. A lost report looks like zero load, so after one the number
 * of replicas only grows until the gap has left the window. Has no clock: callers pass the time, ms since the epoch.
 */
export class GatewayCoverage {
  private readonly gateways = new Map<string, Reporting>();
  private incompleteAt: number;
  private compared = false;

  /** At `start` nothing has been reported yet. */
  constructor(start: number) {
    this.incompleteAt = start;
  }

  /** A report arrived; `isNext` is false where reports before it were lost. */
  reported(gatewayId: string, now: number, isNext: boolean): void {
    const known = this.gateways.get(gatewayId);
    if (known !== undefined && !isNext) this.incompleteAt = now;
    this.gateways.set(gatewayId, { expectedSince: known?.expectedSince ?? now, reportedAt: now });
  }

  /** The gateway exists and is to report from now on. */
  expect(gatewayId: string, now: number): void {
    if (!this.gateways.has(gatewayId)) this.gateways.set(gatewayId, { expectedSince: now });
  }

  /** The gateway shut down: no report of it is missing from now on. */
  stopped(gatewayId: string): void {
    this.gateways.delete(gatewayId);
  }

  /**
   * Compares the reports with the gateways that have a live lease. Returns the gateways that have died: neither lease
   * nor reports. Without any gateway nothing is known, so nothing is complete.
   */
  check(live: ReadonlySet<string>, now: number): readonly string[] {
    this.compared = true;
    for (const id of live) this.expect(id, now);
    const died: string[] = [];
    for (const [id, { expectedSince, reportedAt }] of this.gateways) {
      if (now - (reportedAt ?? expectedSince) < MISSING_MS) continue;
      this.incompleteAt = now;
      if (live.has(id)) continue;
      this.gateways.delete(id);
      died.push(id);
    }
    if (this.gateways.size === 0) this.incompleteAt = now;
    return died;
  }

  /** True once the gateways with a live lease were compared: before that, unknown gateways may exist. */
  get isKnown(): boolean {
    return this.compared;
  }

  /** How long the reports have been complete, ms. */
  completeMs(now: number): number {
    return Math.max(0, now - this.incompleteAt);
  }

  /** Every gateway that is expected to report. */
  get expected(): Iterable<string> {
    return this.gateways.keys();
  }

  /** Restarts the measurement with the same gateways, because earlier times are no longer comparable. */
  restart(now: number): void {
    this.incompleteAt = now;
    for (const id of this.gateways.keys()) this.gateways.set(id, { expectedSince: now });
  }
}
