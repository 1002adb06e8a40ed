import type { OrganisationUnit } from '@tessera/contracts-events';
import type { ClusterNode, Placement, QuotaRule } from '@tessera/domain-placement';
import type { OutgoingRecord } from '@tessera/application-messaging';
import type { DeviceGroup, ReservationPod } from './gpu-sharing/reservation-plan';
import type {
  AcceptedWorkload,
  ClaimState,
  Problem,
  CompiledWorkload,
  ReplicaPod,
  StorageClassState,
} from './model/workload';
import type { LostNode } from './rollout/drift';

/** What is to be written about a workload: its row and the records to publish, in one transaction. */
export interface WorkloadChange {
  readonly workload: AcceptedWorkload;
  readonly records: readonly OutgoingRecord[];
}

/** Computes the change from the row as it is now; undefined writes nothing. */
export type DecideChange = (current: AcceptedWorkload | undefined) => WorkloadChange | undefined;

/** Desired states and what was told about them. */
export interface AcceptedWorkloads {
  /**
   * Locks the row, runs `decide` on it and stores the change with its records in one transaction. With `eventId` the
   * event is claimed in the same transaction, and nothing happens when it was applied before (false).
   */
  change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean>;
  /**
   * The same for a row that was just read: what `decide` makes of it is stored where the row is still so. Where it is not,
   * `decide` is asked again with the row as it is.
   */
  changeRead(read: AcceptedWorkload, decide: DecideChange): Promise<boolean>;
  load(workloadIds: readonly string[]): Promise<readonly AcceptedWorkload[]>;
  /** Ids of all workloads that are not gone. */
  active(): Promise<readonly string[]>;
}

/** Projects and departments of the cluster, as the API told them. */
export interface OrganisationUnits {
  /**
   * Keeps the unit where its version is newer than the one known. The event is claimed in the same transaction; false when
   * it was applied before.
   */
  accept(orgUnit: OrganisationUnit, eventId: string): Promise<boolean>;
  /** What they deserve, per node pool. */
  quota(): Promise<readonly QuotaRule[]>;
}

/** The cluster as informers show it now. */
export interface ClusterView {
  /** Nodes in the words of placement; `replicas` is empty, pods of others are counted as foreign. */
  nodes(): readonly ClusterNode[];
  /** The replicas on a node, promised ones included; the same list until something on it changes. */
  replicasOn(node: string): readonly ReplicaPod[];
  replicasOf(workloadId: string): readonly ReplicaPod[];
  /** Pods of ours that hold devices for the replicas that share them. */
  reservationPods(): Iterable<ReservationPod>;
  /** The reservation pod of a group by {@link groupKey}. */
  reservationPodOf(group: string): ReservationPod | undefined;
  /** True where a replica that has not ended, terminating or not, shares the device of the group. */
  isShared(group: string): boolean;
  /** The node where it is not ready or gone; undefined while it can be relied on. */
  lostNode(node: string): LostNode | undefined;
  /** True where everything that {@link ClusterWriter.ensureObjects} makes is there and as it should be. */
  hasObjects(target: CompiledWorkload): boolean;
  /** The claims that its replicas mount, in the order of its volumes. */
  claimsOf(target: CompiledWorkload): readonly ClaimState[];
  storageClasses(): readonly StorageClassState[];
  /** Keys of the groups whose reservation pod may have become idle since the last call. */
  takeFreed(): readonly string[];
  /** Counts a replica that is being created as if it were there, until its pod is. */
  assume(replica: ReplicaPod): void;
  /** No longer counts a promised replica, unless its pod is there meanwhile. */
  forget(replica: ReplicaPod): void;
}

/** A replica about to be created. */
export interface NewReplica {
  readonly ordinal: number;
  readonly name: string;
  readonly placement: Placement;
  /** UUIDs of the devices that it shares, where all of them are known already. */
  readonly devices?: readonly string[];
  /** Where it gets them from otherwise: name of its ConfigMap. The writer chooses it. */
  readonly deviceMap?: string;
}

/** A project and the namespace of its workloads. */
export interface ProjectNamespace {
  readonly projectId: string;
  readonly projectName: string;
  readonly namespace: string;
}

/** Writes to the cluster. Every call is idempotent: names are deterministic, AlreadyExists and NotFound are success. */
export interface ClusterWriter {
  /**
   * Namespace, Services, claims and whatever else a workload has beside its replicas: made where they are missing, put
   * right where somebody changed them. Resolves with why its URLs could not be exposed, which keeps no replica from
   * running; fails where something is missing that replicas need.
   */
  ensureObjects(target: CompiledWorkload): Promise<Problem | undefined>;
  /** Of those only what must be there before a replica is made. */
  ensureFirst(target: CompiledWorkload): Promise<void>;
  createReplica(target: CompiledWorkload, replica: NewReplica): Promise<void>;
  /** Asks it to end. `atOnce` does not wait for its node to confirm that: only for a node that is lost. */
  removeReplica(pod: ReplicaPod, options?: { readonly atOnce: boolean }): Promise<void>;
  /** Makes the reservation pod of a group, or finds it; fails where another pod has its name or it is about to disappear. */
  createReservationPod(group: DeviceGroup): Promise<void>;
  /** Ends this very reservation pod at once; when it resolves, its device is free. */
  removeReservationPod(reservationPod: ReservationPod): Promise<void>;
  /** Gives a replica the devices that it waits for: its container can start. */
  injectDevices(pod: ReplicaPod, devices: readonly string[]): Promise<void>;
  /** Removes what {@link ensureObjects} made for this workload alone. */
  removeObjects(workload: AcceptedWorkload): Promise<void>;
  /** Makes the namespace of a project, where it is this writer's to make. */
  ensureNamespace(project: ProjectNamespace): Promise<void>;
  /** What a failed write means for the workload: whether another try without a change is of any use, and why. */
  problemOf(error: unknown): Problem;
}
