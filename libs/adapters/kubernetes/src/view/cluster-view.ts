import { isDeepStrictEqual } from 'node:util';
import {
  groupKey,
  hasDevices,
  hasEnded,
  type AcceptedWorkload,
  type CapacityChange,
  type ClaimState,
  type ClusterView,
  type ReservationPod,
  type LostNode,
  type MigNode,
  type NodeStatus,
  type CompiledWorkload,
  type ReplicaPod,
  type PodAmounts,
  type StorageClassState,
} from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { HeldPlace, OwnerData } from '@tessera/contracts-kubernetes';
import type { ClusterNode } from '@tessera/domain-placement';
import type { Logger } from '@tessera/platform-logging';
import { maybe } from '@tessera/kernel';
import { toClusterNode } from './nodes/cluster-node';
import { ObjectCache } from './object-cache';
import type { KubernetesConnection } from '../api/connection';
import { heldBy, type Held } from './nodes/device-offers';
import { ReservationPods, toReservationPod } from './reservation-pods';
import { ForeignPods } from './foreign-pods';
import { freedByForeign, freedByReplica } from '../capacity/freed-capacity';
import { KnownNodes } from './nodes/known-nodes';
import { ImagePulls } from '../api/image-pulls';
import { Informer } from '../informer/informer';
import { keyOf, type Change } from '../informer/wire-object';
import { hasMigWork, toMigNode } from '../mig/mig-node';
import { HeldPlaces } from './held-places';
import { NodeHealth, nodeStatus } from './nodes/node-health';
import { PodOwners } from './pod-owners';
import { trimmedNode, trimmedPod } from './trimmed';
import type { ClusterViewListener, ClusterViewOptions } from './view-options';
import { ReplicaIndex } from './replica-index';
import { explain } from './replica-pod';
import { Sharers } from '../capacity/sharers';
import type { NodeWire, PodWire } from '../api/wire';

/** View of the cluster, kept by informers and indexed by workload and node. */
export class InformedClusterView implements ClusterView {
  private readonly nodeInformer: Informer<NodeWire>;
  private readonly podInformer: Informer<PodWire>;
  private readonly ours = new ReplicaIndex();
  private readonly foreign = new ForeignPods((node) => this.known.changed(node));
  private readonly known = new KnownNodes();
  private readonly reserving = new ReservationPods();
  private readonly sharers = new Sharers((group) => {
    if (this.reserving.has(group)) this.free(group);
  });
  private freed = new Set<string>();
  private readonly held: HeldPlaces;
  /** Nodes with a MIG geometry change. */
  private readonly changing = new Set<string>();
  private readonly nodeHealth: NodeHealth;
  private readonly owners: PodOwners;
  private readonly pulls: ImagePulls;
  /** Owned objects other than pods. */
  readonly objects: ObjectCache;

  constructor(
    private readonly connection: KubernetesConnection,
    logger: Logger,
    private readonly options: ClusterViewOptions,
    private readonly listener: ClusterViewListener,
  ) {
    this.nodeHealth = new NodeHealth(options.clock);
    this.owners = new PodOwners({
      refOf: options.refOf,
      ownerUid: (ref) => this.objects.ownerUid(ref),
      onUnknown: (id) => listener.onUnknownWorkload(id),
      read: (path) => connection.request<PodWire>('GET', path),
      logger,
    });
    this.objects = new ObjectCache(connection, logger, options, {
      onWorkload: (id) => listener.onWorkload(id),
      onSurroundings: (change) => listener.onSurroundings(change),
      onWarning: (pod) => this.enqueueReplica(pod),
      onRecord: (id) => this.ownerChanged(id),
      onVolume: () => listener.onCapacity({ kinds: ['node'] }),
      onAdmission: () => listener.onCapacity({ kinds: ['node'] }),
    });
    this.held = new HeldPlaces({
      refOf: options.refOf,
      placeOf: (ref) => this.objects.heldPlace(ref),
      uidOf: (key) => this.ours.get(key)?.uid,
      onChange: (key, before, after) => this.index(key, before, after),
    });
    this.pulls = new ImagePulls(connection, logger, (uid) => listener.onImagePulled?.(uid));
    this.nodeInformer = new Informer({ connection, path: '/api/v1/nodes', logger, trim: trimmedNode });
    this.podInformer = new Informer({ connection, path: '/api/v1/pods', logger, trim: trimmedPod });
    this.nodeInformer.onChange((change) => this.takeNode(change));
    this.podInformer.onChange((change) => this.takePod(change));
  }

  /** Resolves once all caches are filled: pods last, because their owner objects decide which are replicas. */
  async start(): Promise<void> {
    await Promise.all([this.nodeInformer.start(), this.objects.start(), this.pulls.start()]);
    await this.podInformer.start();
  }

  /** Reads the cluster again; resolves once the view is no older than the call. */
  async refresh(): Promise<void> {
    await Promise.all([this.nodeInformer.refresh(), this.objects.refresh()]);
    await this.podInformer.refresh();
  }

  async stop(): Promise<void> {
    const all = [this.nodeInformer, this.podInformer, this.objects, this.pulls];
    await Promise.all(all.map((one) => one.stop()));
  }

  /**
   * Reason why the view is not ready or may be outdated; undefined while the caches are filled and their watches
   * receive data.
   */
  notReady(): string | undefined {
    return this.nodeInformer.synced && this.podInformer.synced && this.objects.synced
      ? this.connection.watches.notReady()
      : 'the initial list of nodes, pods and owned objects has not been read';
  }

  /** Applies the API server's answer to our own write before the watch delivers it. */
  observePod(pod: PodWire): void {
    this.podInformer.observe(pod);
  }

  /** Applies our own deletion of a pod before the watch delivers it. */
  forgetPod({ namespace, name, uid }: { namespace: string; name: string; uid: string }): void {
    this.podInformer.forget({ namespace, name, uid });
  }

  /** A workload was accepted, or its owner object changed: pods that claim to belong to it are read again. */
  ownerChanged(workloadId: string): void {
    const freed = this.held.follow(workloadId);
    if (freed !== undefined) this.freedBy(freed);
    this.owners.readAgain(workloadId, (pod) => {
      const { name, namespace, uid } = pod.metadata;
      // Meanwhile it may have been deleted and replaced.
      if (this.podInformer.get(name, namespace)?.metadata.uid === uid)
        this.takePod({ type: 'updated', object: pod });
    });
  }

  nodes(): readonly ClusterNode[] {
    return this.known.all(() => [...this.nodeInformer.list()].map((node) => this.modelOf(node)));
  }

  takeChangedNodes(): ReadonlyMap<string, ClusterNode | undefined> {
    return this.known.takeChanged((name) => {
      const node = this.nodeInformer.get(name);
      return node && this.modelOf(node);
    });
  }

  private modelOf(node: NodeWire): ClusterNode {
    return this.known.get(node.metadata.name, (held) => this.toModel(node, held));
  }

  private toModel(node: NodeWire, asksHeld: () => void): ClusterNode {
    return toClusterNode(node, this.foreign.on(node.metadata.name), this.options.keys, (name) => {
      asksHeld();
      return this.heldOn(name);
    });
  }

  /** Applies the API server's answer to our own write of a node before the watch delivers it. */
  observeNode(node: NodeWire): void {
    this.nodeInformer.observe(node);
  }

  /** Nodes whose MIG geometry change is requested or in progress. */
  migNodes(): readonly MigNode[] {
    return [...this.changing].flatMap((name) => this.migNode(name) ?? []);
  }

  /** A node in the model of geometry changes. */
  migNode(name: string): MigNode | undefined {
    const node = this.nodeInformer.get(name);
    if (node === undefined) return undefined;
    return toMigNode(node, {
      replicas: this.ours
        .onNode(name)
        .filter((pod) => !hasEnded(pod) && hasDevices(pod) && !this.held.has(pod)),
      reservationPods: this.reserving.onNode(name).map((reservationPod) => reservationPod.name),
      foreign: this.foreign.all().filter(({ spec }) => spec.nodeName === name),
    });
  }

  nodeStates(): readonly NodeStatus[] {
    return [...this.nodeInformer.list()].map(nodeStatus);
  }

  replicas(): Iterable<ReplicaPod> {
    return this.ours.all();
  }

  replicasOn(node: string): readonly ReplicaPod[] {
    return this.ours.onNode(node);
  }

  replicasOf(workloadId: string): readonly ReplicaPod[] {
    const pods = this.ours.ofWorkload(workloadId).filter((pod) => !this.held.has(pod));
    return pods.map((pod) => this.explained(pod));
  }

  lostNode(node: string): LostNode | undefined {
    return this.nodeHealth.lost(node, this.nodeInformer.get(node));
  }

  hasObjects(target: CompiledWorkload): boolean {
    return this.objects.hasAll(target);
  }

  hasOwnerData({ ref }: AcceptedWorkload, data: OwnerData): boolean {
    return this.objects.hasOwnerData(ref, data);
  }

  claimsOf(target: CompiledWorkload): readonly ClaimState[] {
    return this.objects.claimsOf(target);
  }

  storageClasses(): readonly StorageClassState[] {
    return this.objects.storageClasses();
  }

  requestsOnceAdmitted(target: CompiledWorkload): PodAmounts | undefined {
    return this.objects.admission.requestsOf(target);
  }

  heldPlaceOf(workload: WorkloadRef): HeldPlace | undefined {
    return this.objects.heldPlace(workload);
  }

  reservationPods(): Iterable<ReservationPod> {
    return this.reserving.all();
  }

  reservationPodsWithoutDevice(): Iterable<ReservationPod> {
    return this.reserving.withoutDevice();
  }

  reservationPodsOn(node: string): readonly ReservationPod[] {
    return this.reserving.onNode(node);
  }

  reservationPodOf(group: string): ReservationPod | undefined {
    return this.reserving.get(group);
  }

  isShared(group: string): boolean {
    return this.sharers.has(group);
  }

  takeFreed(): readonly string[] {
    const freed = [...this.freed];
    this.freed.clear();
    return freed;
  }

  assume(replica: ReplicaPod): void {
    const key = keyOfPod(replica);
    if (this.ours.get(key) !== undefined) return;
    this.index(key, undefined, replica);
    this.held.follow(replica.workloadId);
    this.objects.claimUsers.assume(key, replica);
  }

  forget(replica: ReplicaPod): void {
    const key = keyOfPod(replica);
    if (this.ours.get(key) !== replica) return;
    this.index(key, replica, undefined);
    this.held.follow(replica.workloadId);
    this.objects.claimUsers.forget(key);
    this.freedBy(replica);
  }

  private heldOn(node: string): Held {
    return heldBy(this.ours.onNode(node), this.reserving.onNode(node));
  }

  /** Adds the latest warning if the status gives no reason; drops devices that the pod would not read again. */
  private explained(pod: ReplicaPod): ReplicaPod {
    const found = explain(pod, this.objects.warnings.of(pod.uid));
    if (found.deviceMap === undefined || found.devices === undefined) return found;
    const read = this.objects.devicesIn(found.namespace, found.deviceMap)?.join();
    if (found.devices.join() === read) return found;
    const { devices: _outdated, ...rest } = found;
    return rest;
  }

  private index(key: string, before: ReplicaPod | undefined, after: ReplicaPod | undefined): void {
    this.sharers.take(key, before, after);
    for (const one of [before, after]) if (one !== undefined) this.known.heldChanged(one.nodeName);
    if (after === undefined) this.ours.remove(key);
    else this.ours.put(key, after);
  }

  private enqueueReplica(key: string): void {
    const replica = this.ours.get(key);
    if (replica !== undefined) this.listener.onWorkload(replica.workloadId);
  }

  private takeNode({ type, object }: Change<NodeWire>): void {
    const { name } = object.metadata;
    const changes = this.changing.has(name) || hasMigWork(object);
    if (type !== 'deleted' && hasMigWork(object)) this.changing.add(name);
    else this.changing.delete(name);
    if (this.nodeHealth.see(name, type === 'deleted' ? undefined : object))
      for (const { workloadId } of this.ours.onNode(name)) this.listener.onWorkload(workloadId);
    if (type === 'updated' && !changes && this.isSameNode(name)) return;
    this.known.changed(name);
    this.listener.onCapacity({ kinds: ['node'], node: this.poolOf(object) });
  }

  /** Most updates of a node are heartbeats, which change nothing that placement reads. */
  private isSameNode(name: string): boolean {
    const [before, node] = [this.known.peek(name), this.nodeInformer.get(name)];
    if (before === undefined || node === undefined) return false;
    const after = this.toModel(node, () => undefined);
    return isDeepStrictEqual(before, after);
  }

  private poolOf(node: NodeWire | undefined): { readonly pool?: string } {
    return maybe('pool', node?.metadata.labels?.[this.options.keys.nodePool]);
  }

  private nodeOf(name: string | undefined): Pick<CapacityChange, 'node'> {
    const node = name === undefined ? undefined : this.nodeInformer.get(name);
    return node === undefined ? {} : { node: this.poolOf(node) };
  }

  /** Reports the capacity that the end of a replica frees. */
  private freedBy(replica: ReplicaPod): void {
    this.listener.onCapacity(freedByReplica(replica, this.nodeOf(replica.nodeName)));
  }

  private takePod({ type, object }: Change<PodWire>): void {
    const key = keyOf(object);
    this.objects.claimUsers.take(type, key, object);
    const before = this.ours.get(key);
    const replica = type === 'deleted' ? before : this.owners.replicaOf(object, before);
    if (type === 'deleted') this.owners.forget(object);
    if (replica === undefined) {
      this.dropReplica(key);
      const reservationPod = toReservationPod(object, this.options.reservationNamespace);
      return reservationPod === undefined
        ? this.takeForeign(type, key, object)
        : this.takeReservationPod(type, reservationPod);
    }
    if (this.foreign.has(key)) this.takeForeign('deleted', key, object);
    this.index(key, before, type === 'deleted' ? undefined : replica);
    this.held.follow(replica.workloadId);
    if (type !== 'deleted') this.listener.onReplica?.(replica);
    this.listener.onWorkload(replica.workloadId);
    const moved = before !== undefined && before.nodeName !== replica.nodeName;
    if (type === 'deleted' || hasEnded(replica) || moved) this.freedBy(before ?? replica);
  }

  /** The labels of a replica were removed: it counts as missing at once. */
  private dropReplica(key: string): void {
    const known = this.ours.get(key);
    if (known === undefined) return;
    this.index(key, known, undefined);
    this.held.follow(known.workloadId);
    this.listener.onWorkload(known.workloadId);
  }

  /** Enqueues the workloads that share the device of a changed reservation pod. */
  private takeReservationPod(type: Change<PodWire>['type'], reservationPod: ReservationPod): void {
    const group = groupKey(reservationPod);
    this.known.heldChanged(reservationPod.node);
    if (type === 'deleted') this.reserving.remove(reservationPod);
    else this.reserving.put(reservationPod, this.options.clock.now());
    for (const key of this.sharers.of(group)) this.enqueueReplica(key);
    if (type === 'deleted')
      this.listener.onCapacity({ kinds: ['pod', 'gpu'], ...this.nodeOf(reservationPod.node) });
    else if (!this.sharers.has(group)) this.free(group);
  }

  private free(group: string): void {
    this.freed.add(group);
    this.listener.onCapacity({ kinds: ['gpu'], ...this.nodeOf(group.slice(0, group.lastIndexOf('/'))) });
  }

  private takeForeign(type: Change<PodWire>['type'], key: string, pod: PodWire): void {
    if (this.foreign.take(type, key, pod))
      this.listener.onCapacity(freedByForeign(pod, this.nodeOf(pod.spec.nodeName)));
  }
}

const keyOfPod = ({ namespace, name }: ReplicaPod): string => `${namespace}/${name}`;
