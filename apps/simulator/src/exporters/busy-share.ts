import type { ExportedPod } from './exported';

/** The shortest time over which a share is taken, ms; scrapes that come sooner see the last one again. */
const WINDOW_MS = 1_000;

interface Mark {
  readonly at: number;
  readonly busyMs: number;
  readonly share: number;
}

/** Part of the time, 0 to 1, in which a pod's model served requests since the scrape before. */
export class BusyShares {
  private readonly marks = new WeakMap<ExportedPod, Mark>();

  /** `uptimeMs` is how long the pod's model has been running: what the first look goes back to. */
  of(pod: ExportedPod, now: number, uptimeMs: number): number {
    const { busyMs } = pod.traffic;
    const known = this.marks.get(pod);
    if (known !== undefined && now - known.at < WINDOW_MS) return known.share;
    // A model that started again counts from 0.
    const since =
      known !== undefined && known.busyMs <= busyMs ? known : { at: now - uptimeMs, busyMs: 0, share: 0 };
    const elapsed = Math.max(WINDOW_MS, now - since.at);
    const share = Math.min(1, (busyMs - since.busyMs) / elapsed);
    this.marks.set(pod, { at: now, busyMs, share });
    return share;
  }
}
