import { observedMix, type ObservedTask, type TaskMix } from '@tessera/domain-placement';
import type { Clock } from '@tessera/domain-workload';

export type SeenTask = Omit<ObservedTask, 'ageMs'>;

/** How long the mix stays as it was computed, ms; it changes slowly and costs some milliseconds. */
const FRESH_MS = 5_000;
/** Most tasks remembered; the ones not seen for longest are forgotten first. */
const MOST = 20_000;

/**
 * What the cluster was asked for: every replica that runs or waits, and those of a while ago, which count less the longer
 * they are gone. It starts empty after a restart and fills from the pods; the prior of {@link observedMix} speaks meanwhile.
 */
export class ObservedTasks {
  /** In the order of their last sight, oldest first. */
  private readonly tasks = new Map<string, { readonly task: SeenTask; readonly at: number }>();
  private computed: { readonly mix: TaskMix; readonly at: number } | undefined;

  constructor(private readonly clock: Clock) {}

  /** The replica runs or waits now. */
  see(replica: string, task: SeenTask): void {
    this.tasks.delete(replica);
    this.tasks.set(replica, { task, at: this.clock.now() });
    if (this.tasks.size <= MOST) return;
    const [oldest] = this.tasks.keys();
    if (oldest !== undefined) this.tasks.delete(oldest);
  }

  /** True where the next {@link mix} is worked out anew, from what was seen until then. */
  get due(): boolean {
    return this.computed === undefined || this.clock.now() - this.computed.at >= FRESH_MS;
  }

  /** The task mix, at most five seconds old. */
  mix(): TaskMix {
    const now = this.clock.now();
    if (this.computed !== undefined && !this.due) return this.computed.mix;
    const seen = [...this.tasks.values()].map(({ at, task }) => ({
      ...task,
      ageMs: Math.max(0, now - at),
    }));
    this.computed = { mix: observedMix(seen), at: now };
    return this.computed.mix;
  }
}
