import type { ExportedPod } from './exported';

/** The shortest interval of a share, ms; earlier scrapes see the last value again. */
const WINDOW_MS = 1_000;

interface Mark {
  readonly at: number;
  readonly busyMs: number;
  readonly share: number;
}

/** Share of the time since the previous scrape, 0 to 1, in which a pod's model served requests. */
export class BusyShares {
  private readonly marks = new WeakMap<ExportedPod, Mark>();

  /** `uptimeMs` is how long the pod's model has been running: the interval of the first scrape. */
  of(pod: ExportedPod, now: number, uptimeMs: number): number {
    const { busyMs } = pod.traffic;
    const known = this.marks.get(pod);
    if (known !== undefined && now - known.at < WINDOW_MS) return known.share;
    // A restarted model counts from 0.
    const since =
      known !== undefined && known.busyMs <= busyMs ? known : { at: now - uptimeMs, busyMs: 0, share: 0 };
    const elapsed = Math.max(WINDOW_MS, now - since.at);
    const share = Math.min(1, (busyMs - since.busyMs) / elapsed);
    this.marks.set(pod, { at: now, busyMs, share });
    return share;
  }
}
