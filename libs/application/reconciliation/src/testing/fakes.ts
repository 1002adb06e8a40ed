import type { WorkloadRef } from '@tessera/contracts-events';
import type { HeldPlace, OwnerData } from '@tessera/contracts-kubernetes';
import type { ClusterNode } from '@tessera/domain-placement';
import { isReservedNamespace } from '@tessera/domain-workload';
import type { Reconciler } from '../loop/reconciler';
import type { ClaimState, ClaimUser, LostNode, StorageClassState } from '../model/cluster';
import type { Problem } from '../model/problems';
import { hasEnded, type ReplicaPod } from '../model/replica';
import { type DeviceGroup, groupKey, groupsOf, type ReservationPod } from '../model/reservation';
import type { AcceptedWorkload, CompiledWorkload } from '../model/workload';
import type { ClusterView, ClusterWriter, NewReplica, ProjectNamespace } from '../ports';
import { raisedTo, type PodAmounts } from '../placement/admitted-requests';
import { assumedReplica } from '../rollout/assumed-replica';
import { holdingReplica } from '../rollout/held-place';
import { LostAnswers } from './lost-answers';

/** Runs cycles and their background work until nothing is left to do now. */
export async function reconcileUntilIdle(
  reconciler: Pick<Reconciler, 'reconcileCycle' | 'settled'>,
): Promise<void> {
  for (let handled = 1; handled > 0;) {
    handled = await reconciler.reconcileCycle();
    await reconciler.settled();
  }
}

/** A cluster whose pods start, become ready and end when the spec lets them. */
export class FakeCluster implements ClusterView, ClusterWriter {
  readonly pods = new Map<string, ReplicaPod>();
  /** Replicas that are being created. */
  readonly assumed = new Set<ReplicaPod>();
  /** Names of requested creations, duplicates included. */
  readonly creations: string[] = [];
  /** Creations wait for this promise. */
  private creating: Promise<void> = Promise.resolve();
  /** The next creation fails with this error. */
  nextCreateError: Error | undefined;
  readonly answers = new LostAnswers();
  /** Names of the pods that were looked up. */
  readonly looks: string[] = [];
  /** Workloads that have an owner object. */
  private readonly owned = new Set<string>();
  /** Generation at which the owned objects were created, by workload; delete an entry to make them drift. */
  readonly objects = new Map<string, number>();
  /** Workloads whose objects were requested, duplicates included. */
  readonly objectWrites: string[] = [];
  /** Places that owner objects hold, by workload. */
  readonly held = new Map<string, { readonly ref: WorkloadRef; readonly place: HeldPlace }>();
  /** Data of the owner objects, by workload. */
  readonly ownerData = new Map<string, OwnerData>();
  objectsError: Error | undefined;
  /** The watch has not yet shown that termination of a pod was requested. */
  endsSeenLate = false;
  /** Why URLs cannot be exposed. */
  urlProblem: Problem | undefined;
  claims: readonly ClaimState[] = [];
  classes: readonly StorageClassState[] = [];
  /** What admission makes of the requests of new replicas. */
  admitted: PodAmounts | undefined;
  readonly lost = new Map<string, LostNode>();
  /** Reservation pods by group. */
  readonly reservations = new Map<string, ReservationPod>();
  /** Groups whose reservation pod was requested, duplicates included. */
  readonly reservationWrites: string[] = [];
  /** False if reservation pods wait for {@link giveDevice}. */
  devicesAtOnce = true;
  private readonly freed = new Set<string>();
  /** The lists that were given last, by node. */
  private readonly replicaLists = new Map<string, readonly ReplicaPod[]>();
  private readonly reservationLists = new Map<string, readonly ReservationPod[]>();
  /** The nodes at the last {@link takeChangedNodes} and what was on them, by name. */
  private readonly seenNodes = new Map<string, readonly unknown[]>();
  /** When a node that the cluster does not have was first asked for, ms. */
  private readonly goneSince = new Map<string, number>();
  private uid = 0;

  constructor(
    private clusterNodes: readonly ClusterNode[],
    private readonly now: () => number = () => Date.parse('2026-01-01T00:00:00.000Z'),
  ) {}

  /** Adds a node, or changes it. */
  putNode(node: ClusterNode): void {
    this.clusterNodes = [...this.clusterNodes.filter(({ name }) => name !== node.name), node];
  }

  /** Cordons the node: nothing new is placed on it. */
  cordon(name: string): void {
    this.clusterNodes = this.clusterNodes.map((node) =>
      node.name === name ? { ...node, unschedulable: true } : node,
    );
  }

  nodes(): readonly ClusterNode[] {
    return this.clusterNodes;
  }

  replicas(): readonly ReplicaPod[] {
    return [...this.pods.values(), ...[...this.assumed].filter(({ name }) => !this.pods.has(name))];
  }

  replicasOn(node: string): readonly ReplicaPod[] {
    const pods = [...this.replicas(), ...this.holding()].filter(({ nodeName }) => nodeName === node);
    return unlessSame(this.replicaLists, node, pods);
  }

  replicasOf(workloadId: string): readonly ReplicaPod[] {
    return this.replicas().filter((pod) => pod.workloadId === workloadId);
  }

  assume(replica: ReplicaPod): void {
    this.assumed.add(replica);
  }

  forget(replica: ReplicaPod): void {
    if (this.assumed.delete(replica)) this.freeIdle(replica);
  }

  async ensureFirst({ workload }: CompiledWorkload): Promise<void> {
    if (this.objectsError !== undefined) throw this.objectsError;
    this.owned.add(workload.ref.workloadId);
  }

  async ensureObjects({ workload }: CompiledWorkload): Promise<Problem | undefined> {
    const { workloadId } = workload.ref;
    this.objectWrites.push(workloadId);
    if (this.objectsError !== undefined) throw this.objectsError;
    this.owned.add(workloadId);
    this.objects.set(workloadId, workload.generation);
    return this.urlProblem;
  }

  hasObjects({ workload }: CompiledWorkload): boolean {
    return this.urlProblem === undefined && this.objects.get(workload.ref.workloadId) === workload.generation;
  }

  hasOwnerData({ ref }: AcceptedWorkload, data: OwnerData): boolean {
    if (!this.owned.has(ref.workloadId)) return true;
    const known: Partial<OwnerData> = this.ownerData.get(ref.workloadId) ?? {};
    return (Object.keys(data) as (keyof OwnerData)[]).every((name) => known[name] === data[name]);
  }

  async writeOwnerData({ ref }: AcceptedWorkload, data: OwnerData): Promise<void> {
    if (this.owned.has(ref.workloadId)) this.ownerData.set(ref.workloadId, data);
  }

  claimsOf(): readonly ClaimState[] {
    return this.claims.map((claim) => ({ ...claim, users: this.usersOf(claim.name) }));
  }

  private usersOf(claim: string): readonly ClaimUser[] {
    const users = this.replicas().filter((pod) => !hasEnded(pod) && pod.claims?.includes(claim) === true);
    return users.map(({ name: pod, nodeName: node = '' }) => ({ pod, node }));
  }

  storageClasses(): readonly StorageClassState[] {
    return this.classes;
  }

  requestsOnceAdmitted(): PodAmounts | undefined {
    return this.admitted;
  }

  lostNode(node: string): LostNode | undefined {
    if (this.clusterNodes.some(({ name }) => name === node)) return this.lost.get(node);
    const since = this.goneSince.get(node) ?? this.now();
    this.goneSince.set(node, since);
    return this.lost.get(node) ?? { node, since, gone: true };
  }

  async createReplica(target: CompiledWorkload, replica: NewReplica): Promise<void> {
    const { name } = replica;
    this.creations.push(name);
    await this.creating;
    const error = this.nextCreateError;
    this.nextCreateError = undefined;
    if (error !== undefined) throw error;
    const { workloadId, name: workload } = target.workload.ref;
    if (!this.owned.has(workloadId)) throw new Error(`The owner object of ${workload} does not exist yet`);
    this.answers.create(() => this.store(target, replica));
  }

  async findReplica({ name }: Pick<ReplicaPod, 'namespace' | 'name'>): Promise<boolean> {
    this.looks.push(name);
    return this.pods.has(name);
  }

  private store(target: CompiledWorkload, replica: NewReplica): void {
    const { name } = replica;
    if (this.pods.has(name)) return;
    const uid = `00000000-0000-4000-8000-${String((this.uid += 1)).padStart(12, '0')}`;
    const claims = this.claims.map(({ name: claim }) => claim);
    const assumed = assumedReplica(target, replica, '2026-01-01T00:00:00.000Z', claims);
    this.pods.set(name, { ...raisedTo(assumed, this.admitted), uid });
  }

  /** Holds back creations until the spec releases them. */
  holdCreations(): () => void {
    let go: () => void = () => undefined;
    this.creating = new Promise((resolve) => (go = resolve));
    return go;
  }

  async removeReplica(
    pod: ReplicaPod,
    { atOnce }: { readonly atOnce: boolean } = { atOnce: false },
  ): Promise<void> {
    const found = this.pods.get(pod.name);
    if (found?.uid !== pod.uid) return;
    if (!this.endsSeenLate) this.update(pod.name, { terminating: true });
    if (atOnce) this.end(found);
  }

  async setRotation({ name, uid }: ReplicaPod, drainingSince: string | undefined): Promise<void> {
    const pod = this.pods.get(name);
    if (pod?.uid !== uid) return;
    const { drainingSince: _before, ...rest } = pod;
    this.pods.set(name, drainingSince === undefined ? rest : { ...rest, drainingSince });
  }

  reservationPods(): Iterable<ReservationPod> {
    return this.reservations.values();
  }

  reservationPodsWithoutDevice(): Iterable<ReservationPod> {
    return [...this.reservations.values()].filter((pod) => pod.device === undefined || hasEnded(pod));
  }

  reservationPodsOn(node: string): readonly ReservationPod[] {
    const pods = [...this.reservations.values()].filter((pod) => pod.node === node);
    return unlessSame(this.reservationLists, node, pods);
  }

  takeChangedNodes(): ReadonlyMap<string, ClusterNode | undefined> {
    const changed = new Map<string, ClusterNode | undefined>();
    const nodes = new Map(this.clusterNodes.map((node) => [node.name, node]));
    for (const name of new Set([...nodes.keys(), ...this.seenNodes.keys()])) {
      const now = [nodes.get(name), this.replicasOn(name), this.reservationPodsOn(name)];
      const before = this.seenNodes.get(name);
      if (before !== undefined && now.every((one, index) => one === before[index])) continue;
      this.seenNodes.set(name, now);
      changed.set(name, nodes.get(name));
    }
    return changed;
  }

  reservationPodOf(group: string): ReservationPod | undefined {
    return this.reservations.get(group);
  }

  isShared(group: string): boolean {
    return [...this.replicas(), ...this.holding()].some(
      (pod) => !hasEnded(pod) && groupsOf(pod.allocation).some((one) => groupKey(one) === group),
    );
  }

  takeFreed(): readonly string[] {
    const freed = [...this.freed];
    this.freed.clear();
    return freed;
  }

  heldPlaceOf({ workloadId }: WorkloadRef): HeldPlace | undefined {
    return this.held.get(workloadId)?.place;
  }

  async holdPlace({ ref }: AcceptedWorkload, place: HeldPlace | undefined): Promise<void> {
    if (place === undefined) this.held.delete(ref.workloadId);
    else if (this.owned.has(ref.workloadId)) this.held.set(ref.workloadId, { ref, place });
  }

  /** What stands for held places. */
  private holding(): readonly ReplicaPod[] {
    const uidOf = (name: string) => this.replicas().find((pod) => pod.name === name)?.uid;
    return [...this.held.values()].flatMap(({ ref, place }) => holdingReplica(ref, place, uidOf) ?? []);
  }

  async createReservationPod({ node, slot }: DeviceGroup): Promise<void> {
    const key = groupKey({ node, slot });
    this.reservationWrites.push(key);
    const known = this.reservations.get(key);
    if (known?.terminating === true)
      throw new Error(`The previous reservation pod ${known.name} is still terminating`);
    if (known !== undefined) return;
    this.uid += 1;
    this.reservations.set(key, {
      uid: `reservation-${this.uid}`,
      name: `reservation-${node}-${slot}`,
      namespace: 'reservations',
      node,
      slot,
      phase: 'Pending',
      terminating: false,
      createdAt: new Date(this.now()).toISOString(),
    });
    if (this.devicesAtOnce) this.giveDevice(key);
    else this.freeIdleGroup(key);
  }

  async removeReservationPod({ node, slot, uid }: ReservationPod): Promise<void> {
    const key = groupKey({ node, slot });
    if (this.reservations.get(key)?.uid === uid) this.reservations.delete(key);
  }

  async injectDevices({ name, uid }: ReplicaPod, devices: readonly string[]): Promise<void> {
    if (this.pods.get(name)?.uid === uid) this.update(name, { devices });
  }

  /** The reservation pod runs and reports its device. */
  giveDevice(group: string, device = `GPU-${group}`): void {
    this.updateReservationPod(group, { phase: 'Running', device });
  }

  updateReservationPod(group: string, change: Partial<ReservationPod>): void {
    const reservationPod = this.reservations.get(group);
    if (reservationPod === undefined) return;
    this.reservations.set(group, { ...reservationPod, ...change });
    this.freeIdleGroup(group);
  }

  async removeObjects({ ref }: AcceptedWorkload): Promise<void> {
    this.owned.delete(ref.workloadId);
    this.held.delete(ref.workloadId);
    this.objects.delete(ref.workloadId);
    this.ownerData.delete(ref.workloadId);
  }

  async ensureNamespace({ namespace }: ProjectNamespace): Promise<void> {
    if (!isReservedNamespace(namespace)) return;
    throw Object.assign(new Error(`The namespace "${namespace}" is reserved`), { name: 'NamespaceReserved' });
  }

  /**
   * By the name of the error: `Refused` for good, `NotAdmitted` and `NamespaceReserved` until the cluster or the project
   * changes, others did not arrive.
   */
  problemOf(error: unknown): Problem {
    const { name, message } = error as Error;
    if (name === 'Refused') return { final: true, refused: true, reason: 'RefusedByCluster', message };
    if (name === 'NamespaceReserved') return { final: false, refused: true, reason: name, message };
    if (name === 'NotAdmitted') return { final: false, refused: true, reason: 'OutsideLimitRange', message };
    return { final: false, reason: 'ClusterUnavailable', message };
  }

  update(name: string, change: Partial<ReplicaPod>): void {
    const pod = this.pods.get(name);
    if (pod === undefined) return;
    this.pods.set(name, { ...pod, ...change });
    this.freeIdle(pod);
  }

  /** Makes every pod run and become ready. */
  allReady(): void {
    for (const name of this.pods.keys()) this.update(name, { phase: 'Running', ready: true });
  }

  /** Ends every terminating pod. */
  endTerminating(): void {
    for (const pod of this.pods.values()) if (pod.terminating) this.end(pod);
  }

  private end(pod: ReplicaPod): void {
    this.pods.delete(pod.name);
    this.freeIdle(pod);
  }

  private freeIdle({ allocation }: ReplicaPod): void {
    for (const group of groupsOf(allocation)) this.freeIdleGroup(groupKey(group));
  }

  /** A reservation pod whose device no replica shares may have become idle. */
  private freeIdleGroup(group: string): void {
    if (this.reservations.has(group) && !this.isShared(group)) this.freed.add(group);
  }
}

/** The list that was given last for the key where it has the same elements, as the port promises; otherwise this one. */
function unlessSame<T>(given: Map<string, readonly T[]>, key: string, list: readonly T[]): readonly T[] {
  const last = given.get(key);
  if (last?.length === list.length && list.every((one, index) => one === last[index])) return last;
  given.set(key, list);
  return list;
}
