import { LRUCache } from 'lru-cache';
import { observedMix, type ObservedTask, type TaskMix } from '@tessera/domain-placement';
import type { Clock } from '@tessera/kernel';

export type SeenTask = Omit<ObservedTask, 'ageMs'>;

/** How long the computed mix is cached, ms; it changes slowly and takes some milliseconds to compute. */
const FRESH_MS = 5_000;
/** Maximum number of cached tasks; the least recently seen are dropped first. */
const MAX_TASKS = 20_000;

/**
 * The demand on the cluster: every replica that runs or waits, and earlier ones with a weight that decays after they
 * have gone. Starts empty after a restart and fills from the pods; until then the prior of {@link observedMix} applies.
 */
export class ObservedTasks {
  private readonly tasks = new LRUCache<string, { readonly task: SeenTask; readonly at: number }>({
    max: MAX_TASKS,
  });
  private computed: { readonly mix: TaskMix; readonly at: number } | undefined;

  constructor(private readonly clock: Clock) {}

  /** Records that the replica runs or waits now. */
  see(replica: string, task: SeenTask): void {
    this.tasks.set(replica, { task, at: this.clock.now() });
  }

  /** True if the next {@link mix} is recomputed from what was seen until then. */
  get due(): boolean {
    return this.computed === undefined || this.clock.now() - this.computed.at >= FRESH_MS;
  }

  /** The task mix, at most five seconds old. */
  mix(): TaskMix {
    const now = this.clock.now();
    if (this.computed !== undefined && !this.due) return this.computed.mix;
    const seen: ObservedTask[] = [];
    // The longest unseen first, so that sums of weights add up in one order.
    this.tasks.rforEach(({ at, task }) => seen.push({ ...task, ageMs: Math.max(0, now - at) }));
    this.computed = { mix: observedMix(seen), at: now };
    return this.computed.mix;
  }
}
