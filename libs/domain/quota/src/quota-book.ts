/** Deserved GPUs of a project or department in one node pool; absent pools are unlimited. */
export interface QuotaRule {
  readonly scope: 'project' | 'department';
  readonly id: string;
  readonly pool: string;
  readonly deservedMilliGpu: number;
}

/** What is charged: a replica with its shares of devices, in thousandths of one. */
export interface Charged extends QuotaOwner {
  readonly devices: readonly { readonly milliGpu: number }[];
}

/** Who is charged for a request. */
export interface QuotaOwner {
  readonly projectId: string;
  readonly departmentId: string;
}

/** A rule that a request would break. */
export interface QuotaBreach {
  readonly rule: QuotaRule;
  readonly usedMilliGpu: number;
  readonly askedMilliGpu: number;
}

const POOL_OF_NONE = '';

/** What projects and departments use per node pool, against what they deserve; thousandths of a device. */
export class QuotaBook {
  private readonly used = new Map<string, number>();
  private rules = new Map<string, QuotaRule>();

  /** Replaces the rules; what is used is counted anew from the replicas, given with their pools. */
  setRules(rules: readonly QuotaRule[], held: Iterable<readonly [Charged, string | undefined]>): void {
    this.rules = new Map(rules.map((rule) => [`${rule.scope} ${rule.id} ${rule.pool}`, rule]));
    this.used.clear();
    for (const [replica, pool] of held) this.add(replica, pool, 1);
  }

  get empty(): boolean {
    return this.rules.size === 0;
  }

  /** Counts a replica in (1) or out (−1). Nothing is counted while there are no rules. */
  add(replica: Charged, pool: string = POOL_OF_NONE, sign: 1 | -1): void {
    if (this.empty) return;
    const milli = sign * chargeOf(replica);
    if (milli === 0) return;
    this.addTo(`project ${replica.projectId} ${pool}`, milli);
    this.addTo(`department ${replica.departmentId} ${pool}`, milli);
  }

  /** The first rule that so much more in the pool would break; none where there is no rule. */
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

/** What a replica is charged: the sum of its shares; a MIG instance by its compute slices over all. */
export const chargeOf = ({ devices }: Pick<Charged, 'devices'>): number =>
  devices.reduce((sum, { milliGpu }) => sum + milliGpu, 0);
