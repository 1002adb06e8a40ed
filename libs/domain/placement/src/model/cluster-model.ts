import type { ClusterNode, ClusterSnapshot, PlacedReplica, QuotaRule } from './model';
import { DEFAULT_RESERVE, type DriverReserve } from './device-memory';
import { FragmentationMeasure } from '../fragmentation/fragmentation';
import { VectorTable } from './gpu-vector';
import { charge, deviceAt, nodeState, refund, vectorOf, type NodeState } from './node-state';
import { QuotaBook } from '@tessera/domain-quota';
import { Rankings } from '../policies/rankings';
import { ShapeTable } from './shape';
import type { PolicyContext } from '../policies/policy';
import { PRIOR_MIX, type TaskMix } from '../fragmentation/task-mix';

export interface ModelOptions {
  /** Memory that the driver reserves on each device. */
  readonly reserve?: DriverReserve;
  /** Task mix that fragmentation is measured against until {@link ClusterModel.setMix} replaces it. */
  readonly mix?: TaskMix;
}

/**
 * A cluster with its free capacity, indexed for many decisions in a row. Only `apply`, `release`, `putNode` and
 * `removeNode` change it. Decisions depend on its content alone, never on the order in which the content was added.
 * Nodes are ranked by name: the rank breaks ties.
 */
export class ClusterModel {
  readonly vectors = new VectorTable();
  readonly shapes = new ShapeTable();
  readonly quota = new QuotaBook();
  readonly rankings: Rankings;
  /** All nodes by rank. */
  nodes: NodeState[] = [];
  private readonly byName = new Map<string, NodeState>();
  private readonly nodeOfReplica = new Map<string, NodeState>();
  /** Nodes of a workload's replicas, with their number per node. Built on first use, then kept up to date. */
  private nodesByWorkload: Map<string, Map<NodeState, number>> | undefined;
  private readonly reserve: DriverReserve;
  private measures = 0;
  private context: PolicyContext;

  constructor(snapshot: ClusterSnapshot, options: ModelOptions = {}) {
    this.reserve = options.reserve ?? DEFAULT_RESERVE;
    this.context = this.contextFor(options.mix ?? PRIOR_MIX);
    this.rankings = new Rankings(this);
    const sorted = [...snapshot.nodes].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const spec of sorted) this.add(nodeState(spec, this.vectors, this.reserve));
    this.rerank();
    this.setQuota(snapshot.quota);
  }

  get policyContext(): PolicyContext {
    return this.context;
  }

  node(name: string): NodeState | undefined {
    return this.byName.get(name);
  }

  nodeOf(replicaId: string): NodeState | undefined {
    return this.nodeOfReplica.get(replicaId);
  }

  /** Nodes with replicas of the workload. */
  nodesOfWorkload(workloadId: string): Iterable<NodeState> {
    if (this.nodesByWorkload === undefined) {
      this.nodesByWorkload = new Map();
      for (const node of this.nodes)
        for (const replica of node.replicas.values()) this.countWorkload(node, replica.workloadId, 1);
    }
    return this.nodesByWorkload.get(workloadId)?.keys() ?? [];
  }

  /** Every replica and the node it is on. */
  replicas(): IterableIterator<[string, NodeState]> {
    return this.nodeOfReplica.entries();
  }

  /** Measures fragmentation against another mix from now on; discards every cached score. */
  setMix(mix: TaskMix): void {
    this.context = this.contextFor(mix);
    this.vectors.forgetScores();
    this.rankings.reset();
  }

  setQuota(rules: readonly QuotaRule[]): void {
    const held = this.nodes.flatMap(({ replicas, spec }) =>
      [...replicas.values()].map((replica) => [replica, spec.pool] as const),
    );
    this.quota.setRules(rules, rules.length === 0 ? [] : held);
  }

  addReplica(node: NodeState, replica: PlacedReplica): void {
    this.change(node, replica, 'charge');
    this.book(node, replica);
  }

  /** A placed replica with its node. */
  holding(replicaId: string): { readonly node: NodeState; readonly replica: PlacedReplica } | undefined {
    const node = this.nodeOfReplica.get(replicaId);
    const replica = node?.replicas.get(replicaId);
    return node === undefined || replica === undefined ? undefined : { node, replica };
  }

  removeReplica(replicaId: string): boolean {
    const node = this.nodeOfReplica.get(replicaId);
    const replica = node?.replicas.get(replicaId);
    if (node === undefined || replica === undefined) return false;
    this.change(node, replica, 'refund');
    this.unbook(node, replica);
    return true;
  }

  /** Adds a node, or replaces it, replicas included. */
  putNode(spec: ClusterNode): void {
    const known = this.byName.get(spec.name);
    const made = nodeState(spec, this.vectors, this.reserve);
    if (known !== undefined) this.forget(known);
    this.add(made, known?.rank);
    this.rerank();
  }

  removeNode(name: string): boolean {
    const known = this.byName.get(name);
    if (known === undefined) return false;
    this.forget(known);
    this.nodes.splice(known.rank, 1);
    this.rerank();
    return true;
  }

  /** Recomputes the free capacity of the node after its devices changed their kind. */
  refresh(node: NodeState): void {
    node.vector = vectorOf(node, this.vectors);
    this.rankings.changed(node.rank, true);
  }

  /** Charges or refunds the replica and updates the vector; for one changed device this is a single lookup. */
  private change(node: NodeState, replica: PlacedReplica, act: 'charge' | 'refund'): void {
    const [share, ...more] = replica.devices;
    const device = share === undefined ? undefined : deviceAt(node, share.slot);
    const before = more.length === 0 && device !== undefined ? device.code : -1;
    if (act === 'charge') charge(node, replica);
    else refund(node, replica);
    if (before >= 0 && device !== undefined && device.code >= 0)
      node.vector = this.vectors.replace(node.vector, before, device.code);
    else if (share !== undefined) node.vector = vectorOf(node, this.vectors);
    this.rankings.changed(node.rank, act === 'refund');
  }

  private add(node: NodeState, rank?: number): void {
    this.byName.set(node.spec.name, node);
    if (rank === undefined) this.nodes.push(node);
    else this.nodes[rank] = node;
    for (const replica of node.replicas.values()) this.book(node, replica);
  }

  private forget(node: NodeState): void {
    this.byName.delete(node.spec.name);
    for (const replica of node.replicas.values()) this.unbook(node, replica);
  }

  private book(node: NodeState, replica: PlacedReplica): void {
    this.nodeOfReplica.set(replica.id, node);
    this.quota.add(replica, node.spec.pool, 1);
    this.countWorkload(node, replica.workloadId, 1);
  }

  private unbook(node: NodeState, replica: PlacedReplica): void {
    this.nodeOfReplica.delete(replica.id);
    this.quota.add(replica, node.spec.pool, -1);
    this.countWorkload(node, replica.workloadId, -1);
  }

  private countWorkload(node: NodeState, workloadId: string, change: 1 | -1): void {
    if (this.nodesByWorkload === undefined) return;
    const nodes = this.nodesByWorkload.get(workloadId) ?? new Map<NodeState, number>();
    const count = (nodes.get(node) ?? 0) + change;
    if (count > 0) nodes.set(node, count);
    else nodes.delete(node);
    if (nodes.size > 0) this.nodesByWorkload.set(workloadId, nodes);
    else this.nodesByWorkload.delete(workloadId);
  }

  private rerank(): void {
    this.nodes.sort((a, b) => (a.spec.name < b.spec.name ? -1 : a.spec.name > b.spec.name ? 1 : 0));
    this.nodes.forEach((node, rank) => (node.rank = rank));
    this.context = { ...this.context, largest: this.largest() };
    this.rankings.reset();
  }

  private contextFor(mix: TaskMix): PolicyContext {
    const measure = new FragmentationMeasure(++this.measures, mix, this.vectors);
    return { vectors: this.vectors, measure, largest: this.largest() };
  }

  private largest(): PolicyContext['largest'] {
    let cpuMilli = 0;
    let milliGpu = 0;
    for (const { spec } of this.nodes) {
      cpuMilli = Math.max(cpuMilli, spec.cpuMilli);
      milliGpu = Math.max(milliGpu, spec.devices.length * 1000);
    }
    return { cpuMilli, milliGpu };
  }
}
