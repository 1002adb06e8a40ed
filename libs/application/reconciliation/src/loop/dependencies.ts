import type { Tracing } from '@tessera/application-messaging';
import type { ClusterSnapshot, RepartitionTiming } from '@tessera/domain-placement';
import type { Clock } from '@tessera/domain-workload';
import type { UrlSettings } from '../objects/exposed-urls';
import type { Reporter } from '../status/events';
import type { ReservationTiming } from '../gpu-sharing/reservation-plan';
import type { MigNodes } from '../mig/mig-nodes';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import type { AcceptedWorkloads, ClusterView, ClusterWriter, OrganisationUnits } from '../ports';
import type { Place } from '../rollout/rollout-plan';
import type { WorkloadRefs } from './workload-refs';

/** What the reconciler works with and whom it tells. */
export interface ReconcilerDependencies {
  readonly workloads: AcceptedWorkloads;
  readonly orgUnits: Pick<OrganisationUnits, 'quota'>;
  readonly view: ClusterView;
  /** Where the workloads are noted that were looked at, for those who ask whose they are; of its own unless given. */
  readonly refs?: WorkloadRefs;
  readonly writer: ClusterWriter;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** What the spec of a workload means; throws where it means nothing. */
  readonly compile: (workload: AcceptedWorkload) => CompiledWorkload;
  /** Addresses under which a workload is served. */
  readonly urls: (workload: AcceptedWorkload) => readonly string[];
  /** How the URLs that workloads ask for are exposed; not at all unless given. */
  readonly exposing?: UrlSettings;
  /** How long a node may be lost before its replicas are ended and replaced, ms; a minute unless given. */
  readonly nodeLostMs?: number;
  /** Places requests on the snapshot one after the other; what was placed counts for the next. */
  readonly placeOn: (snapshot: ClusterSnapshot) => Place;
  /** When a reservation pod of a shared device counts as failing. */
  readonly reservationTiming: ReservationTiming;
  /** Changes of MIG geometry; none unless given. */
  readonly mig?: { readonly nodes: MigNodes; readonly timing: RepartitionTiming };
  /** Told when a look has ended that others may have waited for: there may be something to do. */
  readonly onFree?: () => void;
  /** Told of every failure of a key; the key is tried again. */
  readonly onError: (workloadId: string, error: unknown) => void;
  /** Told of every placement decision and how long it took, ms. */
  readonly onDecision?: (outcome: 'placed' | 'unschedulable', durationMs: number) => void;
  /** Where decisions and the way to Ready are told as spans; nowhere unless given. */
  readonly tracing?: Tracing;
  /** Name of the policy that places on a pool, for those spans. */
  readonly policyOf?: (pool: string | undefined) => string;
}
