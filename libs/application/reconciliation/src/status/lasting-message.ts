import type { WorkloadState } from '@tessera/contracts-events';
import { sameReasons } from '@tessera/domain-placement';
import type { ReplicaPlan } from '../rollout/rollout-plan';

/**
 * The plan with the message that was reported, as long as the reasons are the same. The counts in it change with every
 * node and pod of the cluster; each new message is an event, a state and a line in the history of every waiting
 * workload.
 */
export function withLastingMessage(
  plan: ReplicaPlan,
  { conditions }: Pick<WorkloadState, 'conditions'>,
): ReplicaPlan {
  if (plan.unschedulable === undefined) return plan;
  const { verdict } = plan.unschedulable;
  const known = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (known === undefined || !sameReasons(known.message, verdict.message)) return plan;
  return {
    ...plan,
    unschedulable: { ...plan.unschedulable, verdict: { ...verdict, message: known.message } },
  };
}
