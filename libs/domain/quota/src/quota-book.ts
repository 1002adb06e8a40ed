/** Deserved GPUs of a project or department in one node pool; absent pools are unlimited. */
export interface QuotaRule {
  readonly scope: 'project' | 'department';
  readonly id: string;
  readonly pool: string;
  readonly deservedMilliGpu: number;
}

/** A replica as the quota counts it, with its device shares in thousandths. */
export interface Charged extends QuotaOwner {
  readonly devices: readonly { readonly milliGpu: number }[];
}

/** Who is charged for a request. */
export interface QuotaOwner {
  readonly projectId: string;
  readonly departmentId: string;
}

/** A quota rule that a request would exceed. */
export interface QuotaBreach {
  readonly rule: QuotaRule;
  readonly usedMilliGpu: number;
  readonly askedMilliGpu: number;
}

const POOL_OF_NONE = '';

/** GPU usage of projects and departments per node pool against their deserved quota; thousandths of a device. */
export class QuotaBook {
  private readonly used = new Map<string, number>();
  private rules = new Map<string, QuotaRule>();

  /** Replaces the rules and recounts the usage from the given replicas with their pools. */
  setRules(rules: readonly QuotaRule[], held: Iterable<readonly [Charged, string | undefined]>): void {
    this.rules = new Map(rules.map((rule) => [`${rule.scope} ${rule.id} ${rule.pool}`, rule]));
    this.used.clear();
    for (const [replica, pool] of held) this.add(replica, pool, 1);
  }

  get empty(): boolean {
    return this.rules.size === 0;
  }

  /** Adds (1) or removes (−1) a replica. Nothing is counted while there are no rules. */
  add(replica: Charged, pool: string = POOL_OF_NONE, sign: 1 | -1): void {
    if (this.empty) return;
    const milli = sign * chargeOf(replica);
    if (milli === 0) return;
    this.addTo(`project ${replica.projectId} ${pool}`, milli);
    this.addTo(`department ${replica.departmentId} ${pool}`, milli);
  }

  /** The first rule that this additional amount in the pool would exceed; undefined where none would. */
  breach(owner: QuotaOwner, pool: string = POOL_OF_NONE, askedMilliGpu: number): QuotaBreach | undefined {
    if (askedMilliGpu === 0) return undefined;
    for (const key of [`project ${owner.projectId} ${pool}`, `department ${owner.departmentId} ${pool}`]) {
      const rule = this.rules.get(key);
      const usedMilliGpu = this.used.get(key) ?? 0;
      if (rule !== undefined && usedMilliGpu + askedMilliGpu > rule.deservedMilliGpu)
        return { rule, usedMilliGpu, askedMilliGpu };
    }
    return undefined;
  }

  private addTo(key: string, milli: number): void {
    const value = (this.used.get(key) ?? 0) + milli;
    if (value === 0) this.used.delete(key);
    else this.used.set(key, value);
  }
}

/** Charge of a replica: the sum of its shares; a MIG instance by its compute slices over those of the device. */
export const chargeOf = ({ devices }: Pick<Charged, 'devices'>): number =>
  devices.reduce((sum, { milliGpu }) => sum + milliGpu, 0);
