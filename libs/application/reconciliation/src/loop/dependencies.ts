import type { Tracing } from '@tessera/application-messaging';
import type { ClusterSnapshot } from '@tessera/domain-placement';
import type { RepartitionTiming } from '@tessera/domain-mig';
import type { Clock } from '@tessera/kernel';
import type { HealedDevice } from '../gpu-sharing/device-healer';
import type { ReservationTiming } from '../gpu-sharing/reservation-plan';
import type { DisruptionLimits } from '../nodes/disruption';
import type { MigNodes } from '../mig/mig-nodes';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import type { UrlSettings } from '../objects/exposed-urls';
import type { LendingPlacer } from '../placement/placer';
import type { AcceptedWorkloads, ClusterView, ClusterWriter, OrganisationUnits } from '../ports';
import type { ReplicaTraffic } from '../rollout/rotation';
import type { ReplicaTarget } from '../scaling/replica-target';
import type { StartRecorder } from '../starts/start-recorder';
import type { Reporter } from '../status/events';
import type { NodeReserver } from '../waiting/kept-nodes';
import type { WorkloadRefs } from './workload-refs';

/** Dependencies and callbacks of the reconciler. */
export interface ReconcilerDependencies {
  readonly workloads: AcceptedWorkloads;
  readonly orgUnits: Pick<OrganisationUnits, 'quota'>;
  readonly view: ClusterView;
  /**
   * Receives the reference of each reconciled workload, for other readers; by default the reconciler creates its own.
   */
  readonly refs?: WorkloadRefs;
  readonly writer: ClusterWriter;
  /** Close to the wall clock, but monotonic: all durations are measured with it. */
  readonly clock: Clock;
  /** For timestamps that users see; by default `clock`. */
  readonly wall?: Clock;
  readonly reporter: Reporter;
  /** Compiles the spec of a workload to its intent; throws if the spec is invalid. */
  readonly compile: (workload: AcceptedWorkload) => CompiledWorkload;
  /** How many replicas a workload is to have. */
  readonly replicaTarget: ReplicaTarget;
  /** Measures the starts of replicas that scaling decisions cause; by default nothing does. */
  readonly starts?: StartRecorder;
  /** Requests of replicas, as the gateways report them; by default there is no gateway. */
  readonly traffic?: ReplicaTraffic;
  /**
   * How long the requests of a leaving replica may take where the workload sets no `requestTimeoutSeconds`, ms; by
   * default five minutes.
   */
  readonly requestMs?: number;
  /** URLs under which a workload is served. */
  readonly urls: (workload: AcceptedWorkload) => readonly string[];
  /** How the exposed URLs of workloads are created; none are if this is absent. */
  readonly exposing?: UrlSettings;
  /** How long a node may be lost before its replicas are deleted and replaced, ms; by default one minute. */
  readonly nodeLostMs?: number;
  /** Limits on the deletion of replicas on lost nodes; by default those of Kubernetes' node life-cycle controller. */
  readonly disruption?: DisruptionLimits;
  /** Places requests on the snapshot in sequence; each placed request counts for the next. */
  readonly placeOn: (snapshot: ClusterSnapshot, reserver?: NodeReserver) => LendingPlacer;
  /** How long a workload waits before a node is kept for it, ms; 0, the default, keeps none. */
  readonly keepNodeAfterMs?: number;
  /** When a reservation pod of a shared device counts as failing. */
  readonly reservationTiming: ReservationTiming;
  /** Changes of MIG geometry; none by default. */
  readonly mig?: { readonly nodes: MigNodes; readonly timing: RepartitionTiming };
  /** Called when a reconcile ends and so frees capacity: there may be work for the next cycle. */
  readonly onFree?: () => void;
  /** Called for every failure of a key; the key is retried. */
  readonly onError: (workloadId: string, error: unknown) => void;
  /** Called for every pod that was ended because a device was given away more than once. */
  readonly onHealed?: (healed: HealedDevice) => void;
  /** Called for every placement decision with its duration, ms. */
  readonly onDecision?: (outcome: 'placed' | 'unschedulable', durationMs: number) => void;
  /** Records decisions and the time to Ready as spans; none by default. */
  readonly tracing?: Tracing;
  /** Name of the policy that places on a pool; recorded in those spans. */
  readonly policyOf?: (pool: string | undefined) => string;
}
