import type { OutgoingRecord } from '@tessera/application-messaging';
import type { OrganisationUnit, WorkloadRef } from '@tessera/contracts-events';
import type { HeldPlace, OwnerData } from '@tessera/contracts-kubernetes';
import type { ClusterNode, Placement, QuotaRule } from '@tessera/domain-placement';
import type { ClaimState, LostNode, StorageClassState } from './model/cluster';
import type { Problem } from './model/problems';
import type { ReplicaPod } from './model/replica';
import type { DeviceGroup, ReservationPod } from './model/reservation';
import type { AcceptedWorkload, CompiledWorkload } from './model/workload';
import type { PodAmounts } from './placement/admitted-requests';

/** Another scheduler leads, or may lead: nothing was written. Says nothing about the validity of the write. */
export class NotLeadingError extends Error {
  override readonly name = 'NotLeadingError';
}

/** A creation was requested and its answer did not come: the object may exist now, or later. */
export class LostAnswerError extends Error {
  constructor(override readonly cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.name = 'LostAnswerError';
  }
}

/** A change of a workload: its row and the records to publish, stored in one transaction. */
export interface WorkloadWrite {
  readonly workload: AcceptedWorkload;
  readonly records: readonly OutgoingRecord[];
}

/** Computes the change from the current row; undefined writes nothing. */
export type DecideChange = (current: AcceptedWorkload | undefined) => WorkloadWrite | undefined;

/** Desired states and their reported states. Writes reject with {@link NotLeadingError} where the lease was lost. */
export interface AcceptedWorkloads {
  /**
   * Locks the row, runs `decide` on it and stores the change with its records in one transaction. With `eventId` the
   * event is claimed in the same transaction; returns false, with nothing changed, if it was applied before.
   */
  change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean>;
  /**
   * The same for a row that was just read: stores the result of `decide` if the row is unchanged, else runs `decide`
   * again on the current row.
   */
  changeRead(read: AcceptedWorkload, decide: DecideChange): Promise<boolean>;
  load(workloadIds: readonly string[]): Promise<readonly AcceptedWorkload[]>;
  /** Ids of all workloads whose deletion has not finished. */
  active(): Promise<readonly string[]>;
}

/** Projects and departments of the cluster, as received from the API. */
export interface OrganisationUnits {
  /**
   * Stores the organisation unit if its version is newer than the known one. The event is claimed in the same
   * transaction; returns false if it was applied before.
   */
  accept(orgUnit: OrganisationUnit, eventId: string): Promise<boolean>;
  quota(): Promise<KnownQuota>;
}

/** What is known of the quota, at one moment. */
export interface KnownQuota {
  /** Quota per node pool; a project or department without a rule for a pool has no limit there. */
  readonly rules: readonly QuotaRule[];
  /** Versions of the known projects and departments, removed ones included, by {@link orgUnitKey}. */
  readonly versions: ReadonlyMap<string, number>;
}

export const orgUnitKey = (scope: OrganisationUnit['scope'], id: string): string => `${scope} ${id}`;

/** The cluster as informers show it now. */
export interface ClusterView {
  /** Nodes in the terms of placement; `replicas` is empty, pods of others count as foreign. */
  nodes(): readonly ClusterNode[];
  /**
   * The replicas on a node, assumed ones and those that stand for held places included; the same list until something on
   * it changes.
   */
  replicasOn(node: string): readonly ReplicaPod[];
  replicasOf(workloadId: string): readonly ReplicaPod[];
  /** The place that is held for a workload, as its owner object says. */
  heldPlaceOf(workload: WorkloadRef): HeldPlace | undefined;
  /** Our reservation pods. */
  reservationPods(): Iterable<ReservationPod>;
  /** Those that hold no device: they have not reported one yet, or have ended. */
  reservationPodsWithoutDevice(): Iterable<ReservationPod>;
  /** Those on a node; the same list until something on it changes. */
  reservationPodsOn(node: string): readonly ReservationPod[];
  /**
   * The nodes that changed since the last call, themselves or by a replica or reservation pod on them, by name; undefined
   * for one that is gone. At the first call all of them.
   */
  takeChangedNodes(): ReadonlyMap<string, ClusterNode | undefined>;
  /** The reservation pod of a group by {@link groupKey}. */
  reservationPodOf(group: string): ReservationPod | undefined;
  /** True if a replica that has not ended, terminating or not, shares the device of the group. */
  isShared(group: string): boolean;
  /** The node if it is not ready or gone; undefined while it is healthy. */
  lostNode(node: string): LostNode | undefined;
  /** True if everything that {@link ClusterWriter.ensureObjects} creates exists without drift. */
  hasObjects(target: CompiledWorkload): boolean;
  /** True if the owner object of a workload has this data, or does not exist yet. */
  hasOwnerData(workload: AcceptedWorkload, data: OwnerData): boolean;
  /** The claims that its replicas mount, in the order of its volumes. */
  claimsOf(target: CompiledWorkload): readonly ClaimState[];
  storageClasses(): readonly StorageClassState[];
  /**
   * What a new replica will ask for once the API server has applied the LimitRanges of its namespace and the overhead of
   * its RuntimeClass; undefined where there are none, so that it asks for what its spec says.
   */
  requestsOnceAdmitted(target: CompiledWorkload): PodAmounts | undefined;
  /** Keys of the groups whose reservation pod may have become idle since the last call. */
  takeFreed(): readonly string[];
  /** Assumes a replica: counts it as present while it is being created, until its pod appears. */
  assume(replica: ReplicaPod): void;
  /** Forgets an assumed replica, unless its pod has appeared. */
  forget(replica: ReplicaPod): void;
}

/** A replica to be created. */
export interface NewReplica {
  readonly ordinal: number;
  readonly name: string;
  readonly placement: Placement;
  /** UUIDs of the devices that it shares, if all of them are known. */
  readonly devices?: readonly string[];
  /** Otherwise the name of the ConfigMap that will hold them. The writer chooses it. */
  readonly deviceMap?: string;
  /** How many pods of this replica kubelet has rejected in a row; absent for none. */
  readonly rejections?: number;
}

/** A project and the namespace of its workloads. */
export interface ProjectNamespace {
  readonly projectId: string;
  readonly projectName: string;
  readonly namespace: string;
}

/**
 * Writes to the cluster. Every call is idempotent: names are deterministic, AlreadyExists and NotFound count as
 * success. Rejects with {@link NotLeadingError} where the lease was lost.
 */
export interface ClusterWriter {
  /**
   * Creates or repairs the owned objects of a workload apart from its replicas: namespace, Services, claims and others.
   * Resolves with the reason why its URLs could not be exposed, which blocks no replica; rejects if an object that
   * replicas need is missing.
   */
  ensureObjects(target: CompiledWorkload): Promise<Problem | undefined>;
  /** Creates only those objects that must exist before a replica. */
  ensureFirst(target: CompiledWorkload): Promise<void>;
  /** Writes the data of the owner object, if there is one. */
  writeOwnerData(workload: AcceptedWorkload, data: OwnerData): Promise<void>;
  /** Rejects with {@link LostAnswerError} if no answer came, but the pod may exist now or later. */
  createReplica(target: CompiledWorkload, replica: NewReplica): Promise<void>;
  /** Reads the pod of a replica by its name. Returns false if there is none; otherwise the view shows it from then on. */
  findReplica(replica: Pick<ReplicaPod, 'namespace' | 'name'>): Promise<boolean>;
  /** Writes the place that is held for a workload on its owner object; undefined ends it. */
  holdPlace(workload: AcceptedWorkload, place: HeldPlace | undefined): Promise<void>;
  /**
   * Takes a replica out of rotation: gateways send it no further request. `drainingSince` is RFC 3339; undefined puts it
   * back.
   */
  setRotation(pod: ReplicaPod, drainingSince: string | undefined): Promise<void>;
  /** Requests termination. `atOnce` does not wait for its node to confirm it: only for a lost node. */
  removeReplica(pod: ReplicaPod, options?: { readonly atOnce: boolean }): Promise<void>;
  /** Creates the reservation pod of a group, or finds it; fails if another pod has its name or if it is terminating. */
  createReservationPod(group: DeviceGroup): Promise<void>;
  /** Deletes exactly this reservation pod at once; its device is free once the call resolves. */
  removeReservationPod(reservationPod: ReservationPod): Promise<void>;
  /** Injects the devices that a replica waits for, so that its container can start. */
  injectDevices(pod: ReplicaPod, devices: readonly string[]): Promise<void>;
  /** Deletes the objects that {@link ensureObjects} created for this workload alone. */
  removeObjects(workload: AcceptedWorkload): Promise<void>;
  /** Creates the namespace of a project, if this writer manages namespaces. */
  ensureNamespace(project: ProjectNamespace): Promise<void>;
  /** What a failed write means for the workload: whether a retry without a change can succeed, and why. */
  problemOf(error: unknown): Problem;
}
