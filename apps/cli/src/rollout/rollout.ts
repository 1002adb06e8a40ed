import { decide, withShare, type Bounds, type Measured, type WorkloadInProject } from './decision';

export interface AliasTarget extends WorkloadInProject {
  readonly weight: number;
}

export interface RolloutDependencies {
  /** Changes the alias. */
  readonly apply: (targets: readonly AliasTarget[]) => Promise<void>;
  /** What the gateways have measured of a workload since the last call for it. */
  readonly measure: () => Promise<Measured>;
  readonly pause: () => Promise<void>;
  readonly report: (line: string) => void;
}

export interface RolloutPlan {
  readonly targets: readonly AliasTarget[];
  /** The workload that takes over. */
  readonly target: WorkloadInProject;
  /** Its share after each step, percent, ascending. */
  readonly steps: readonly number[];
  readonly bounds: Bounds;
  /** Most intervals in a row with too few requests. */
  readonly patience: number;
}

/**
 * Moves the weights of an alias in steps to one workload, one interval each. True once the last step was within the
 * bounds; false if it restored the initial weights. On an error in between it restores them too and rejects.
 */
export async function rollOut(plan: RolloutPlan, dependencies: RolloutDependencies): Promise<boolean> {
  const { apply, report } = dependencies;
  const back = async (why: string): Promise<false> => {
    await apply(plan.targets);
    report(`restored the initial weights: ${why}`);
    return false;
  };
  try {
    for (const share of plan.steps) {
      await apply(withShare(plan.targets, plan.target, share));
      report(`${share} % of the requests go to ${plan.target.workload}`);
      const refused = await judged(plan, dependencies);
      if (refused !== undefined) return await back(refused);
    }
    return true;
  } catch (error) {
    await back('the rollout failed');
    throw error;
  }
}

/** Why the step is not good; undefined where it is. */
async function judged(
  { bounds, patience }: RolloutPlan,
  { measure, pause, report }: RolloutDependencies,
): Promise<string | undefined> {
  // What was measured before this step does not count.
  await measure();
  let total: Measured = { requests: 0, errors: 0, p95Ms: undefined };
  for (let interval = 0; interval < patience; interval += 1) {
    await pause();
    const more = await measure();
    total = {
      requests: total.requests + more.requests,
      errors: total.errors + more.errors,
      p95Ms: more.p95Ms ?? total.p95Ms,
    };
    const { kind, why } = decide(total, bounds);
    report(why);
    if (kind !== 'wait') return kind === 'on' ? undefined : why;
  }
  return `only ${total.requests} requests in ${patience} intervals`;
}
