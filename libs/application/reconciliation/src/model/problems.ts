/** Area of a problem; each area is resolved separately. */
export type ProblemSource = 'objects' | 'replicas' | 'devices' | 'urls';

interface Known {
  readonly generation: number;
  readonly problem: Problem;
}

/** What blocked workloads in their last reconcile. In memory only: the next reconcile finds it again. */
export class Problems {
  private readonly known = new Map<string, Map<ProblemSource, Known>>();

  set(id: string, source: ProblemSource, generation: number, problem: Problem): void {
    const own = this.known.get(id) ?? new Map<ProblemSource, Known>();
    this.known.set(id, own.set(source, { generation, problem }));
  }

  /** Clears the problem of one source, or of all sources if none is given. */
  clear(id: string, source?: ProblemSource): void {
    const own = this.known.get(id);
    if (source !== undefined) own?.delete(source);
    if (source === undefined || own?.size === 0) this.known.delete(id);
  }

  /** Drops the problems that a workload had at another generation. */
  outdate(id: string, generation: number): void {
    for (const [source, known] of this.known.get(id) ?? [])
      if (known.generation !== generation) this.clear(id, source);
  }

  /** The problem of the first source that has one at this generation. */
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

  /** True if its replicas could not be created: a retry is already scheduled. */
  keepFromPlacing(id: string): boolean {
    const own = this.known.get(id);
    return own?.has('replicas') === true || own?.has('objects') === true;
  }

  /** Workloads that have a problem. */
  get ids(): Iterable<string> {
    return this.known.keys();
  }
}

/** Why a workload cannot proceed although the cluster has the capacity. */
export interface Problem {
  /** Only a change of the workload will help. */
  readonly final: boolean;
  /**
   * The cluster refuses the request until it or the workload changes; absent if the same attempt can succeed, for
   * example after a write without an answer.
   */
  readonly refused?: true;
  readonly reason: string;
  readonly message: string;
}
