import type { DevicePlan } from '../gpu-sharing/reservation-plan';
import type { Problem } from './workload';

/** What a problem is about; each is solved on its own. */
export type ProblemSource = 'objects' | 'replicas' | 'devices' | 'urls';

interface Known {
  readonly generation: number;
  readonly problem: Problem;
}

/** What kept workloads from going on when they were looked at last. Memory only: the next look finds out again. */
export class Problems {
  private readonly known = new Map<string, Map<ProblemSource, Known>>();

  set(id: string, source: ProblemSource, generation: number, problem: Problem): void {
    const own = this.known.get(id) ?? new Map<ProblemSource, Known>();
    this.known.set(id, own.set(source, { generation, problem }));
  }

  /** It is solved; without a source all of them are. */
  clear(id: string, source?: ProblemSource): void {
    const own = this.known.get(id);
    if (source !== undefined) own?.delete(source);
    if (source === undefined || own?.size === 0) this.known.delete(id);
  }

  /** That of the first source which has one at this generation. */
  of(id: string, generation: number, ...sources: readonly ProblemSource[]): Problem | undefined {
    for (const source of sources) {
      const found = this.known.get(id)?.get(source);
      if (found?.generation === generation) return found.problem;
    }
    return undefined;
  }

  has(id: string): boolean {
    return this.known.has(id);
  }

  /** True where its replicas could not be made: another try is asked for already. */
  keepFromPlacing(id: string): boolean {
    const own = this.known.get(id);
    return own?.has('replicas') === true || own?.has('objects') === true;
  }

  /** Workloads that have one. */
  get ids(): Iterable<string> {
    return this.known.keys();
  }
}

/** Why a replica waits whose device nobody could hold for it. */
export const NOT_RESERVED = 'DeviceNotReserved';

/** What keeps the replicas of a plan from their devices, by the first of them; undefined where nothing does. */
export const deviceProblem = ({ stuck: [first] }: DevicePlan): Problem | undefined =>
  first && { final: false, reason: NOT_RESERVED, message: `${first.pod.name}: ${first.message}` };
