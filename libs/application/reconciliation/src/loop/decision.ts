import type { DevicePlan } from '../gpu-sharing/reservation-plan';
import type { CompiledWorkload } from '../model/workload';
import type { LostReplicas } from '../rollout/node-loss';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import type { RejectionPlan } from '../rollout/rejections';
import type { RotationPlan } from '../rollout/rotation';
import type { StartPlan } from '../rollout/slow-start';
import type { DesiredReplicas } from '../scaling/replica-target';

/** What one cycle decided for one workload. Plain data. */
export interface WorkloadDecision {
  readonly compiled: CompiledWorkload;
  readonly desired: DesiredReplicas;
  readonly plan: ReplicaPlan;
  readonly rotation: RotationPlan;
  readonly devices: DevicePlan;
  readonly lost: LostReplicas;
  /** The held place of the workload is to be released. */
  readonly isHoldOver: boolean;
  readonly starts: StartPlan;
  readonly rejections: RejectionPlan;
  /** When a node that is avoided may be tried again, ms since the epoch; set where a replica has no place until then. */
  readonly avoidedUntil?: number;
  /** Parent span of the plan's writes. */
  readonly below: string | undefined;
}
