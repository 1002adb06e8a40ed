import { FILTER_CODES, type FilterCode } from '../model/model';
import { isDiscouraged, podsNeeded, resourceFilter, staticFilter } from '../filters/filters';
import { freeInstances, hasDevices, type NodeState } from '../model/node-state';
import { STATE_BITS, type Policy, type PolicyContext, type PolicyName } from './policy';
import { POLICY_BY_NAME } from './registry';
import { ScoreTree } from './score-tree';
import type { Shape } from '../model/shape';
import { affordable, takesOf } from '../model/takes';
import type { VectorTable } from '../model/gpu-vector';

/** Rankings kept; the least recently used one is dropped first. */
const MAX_RANKINGS = 512;
/** Changes kept in the log; a ranking that missed more recomputes every node. */
const MAX_LOG = 1 << 16;
/** Code of a node that passed every filter; others are positions in FILTER_CODES plus one. */
const FITS = 0;
/**
 * Codes of nodes that pass the static filters, by how they rank, and of nodes not yet checked. `SPARED` are nodes with
 * devices, for a request without: the devices would lack its CPU and memory.
 */
const DISCOURAGED_SPARED = 251;
const DISCOURAGED = 252;
const SPARED = 253;
const FREE = 254;
const UNKNOWN = 255;
/**
 * Penalties, above any difference of scores: nodes with a PreferNoSchedule taint rank behind all others, spared nodes
 * behind those without devices; both stay possible.
 */
const DISCOURAGED_BY = 100_000;
const SPARED_BY = 10_000;

const codeOf = (code: FilterCode): number => FILTER_CODES.indexOf(code) + 1;
const PODS = codeOf('Pods');
const CPU = codeOf('Cpu');
const MEMORY = codeOf('Memory');
const GPU_DEVICES = codeOf('GpuDevices');
const GPU_SHARE = codeOf('GpuShare');

const penaltyOf = (code: number): number =>
  (code === SPARED ? 0 : DISCOURAGED_BY) + (code === DISCOURAGED ? 0 : SPARED_BY);

/** Nodes to rank, and the context of the policies. */
export interface RankedNodes {
  readonly nodes: readonly NodeState[];
  readonly policyContext: PolicyContext;
  readonly vectors: VectorTable;
}

/** Ranking of all nodes of one pool for one shape under one policy. Updated on access. */
export class Ranking {
  readonly tree: ScoreTree;
  private readonly refusals: Uint8Array;
  /** Per rank: 1 where the node is rejected, by the recorded filter or by an earlier one. */
  private readonly stale: Uint8Array;
  /** Per rank: the code of the static filters; cached until the node is replaced. */
  private readonly fixed: Uint8Array;
  seen = -1;
  /** True where only pods, CPU, memory and plain shares decide: then the vector describes the devices fully. */
  private readonly simple: boolean;

  constructor(
    private readonly model: RankedNodes,
    readonly shape: Shape,
    private readonly pool: string | undefined,
    private readonly policy: Policy,
    /** Distinguishes policies, mixes and GPU requests among the scores cached on vectors. */
    private readonly memoId: number,
  ) {
    const size = model.nodes.length;
    this.tree = new ScoreTree(size);
    this.refusals = new Uint8Array(size);
    this.stale = new Uint8Array(size);
    this.fixed = new Uint8Array(size).fill(UNKNOWN);
    this.simple = shape.extended.length === 0 && shape.gpu.kind !== 'mig' && shape.gpu.kind !== 'memory';
  }

  /**
   * Follows a change of the node. A rejected node whose free capacity only decreased stays rejected; the filter that
   * rejects it first is computed on demand.
   */
  follow(rank: number, gained: boolean): void {
    if (gained || this.refusals[rank] === FITS) this.rescore(rank);
    else this.stale[rank] = 1;
  }

  /** Per rank: position in FILTER_CODES plus one of the filter that rejects the node, 0 where it fits. */
  refusalCodes(): Uint8Array {
    for (let rank = 0; rank < this.stale.length; rank++) if (this.stale[rank] === 1) this.rescore(rank);
    return this.refusals;
  }

  rescore(rank: number): void {
    this.stale[rank] = 0;
    const node = this.model.nodes[rank] as NodeState;
    let refusal = this.fixed[rank] as number;
    if (refusal === UNKNOWN) refusal = this.fixed[rank] = this.fixedCode(node);
    let score = -Infinity;
    if (refusal >= DISCOURAGED_SPARED) {
      score = this.scoreOn(node);
      if (score === -Infinity) refusal = this.lackingCode(node);
      else if (refusal !== FREE) score -= penaltyOf(refusal);
    }
    this.refusals[rank] = refusal >= DISCOURAGED_SPARED ? FITS : refusal;
    this.tree.set(rank, score);
  }

  /** The policy's score, or −Infinity where the node lacks capacity. */
  private scoreOn(node: NodeState): number {
    const { shape, policy, simple } = this;
    if (node.freePods < 1) return -Infinity;
    if (shape.cpuMilli > node.freeCpuMilli && shape.cpuMilli > 0) return -Infinity;
    if (shape.memoryMiB > node.freeMemoryMiB && shape.memoryMiB > 0) return -Infinity;
    if (!simple || policy.stateOf === undefined || (shape.shares && node.freePods <= shape.devices))
      return this.computeScore(node);
    const state = policy.stateOf(node, shape, this.model.policyContext);
    if (state < 0) return this.computeScore(node);
    const key = (this.memoId << STATE_BITS) | state;
    const known = node.vector.scores.get(key);
    if (known !== undefined) return known;
    const made = this.computeScore(node);
    node.vector.scores.set(key, made);
    return made;
  }

  private computeScore(node: NodeState): number {
    const { shape, model } = this;
    if (!this.simple && resourceFilter(node, shape) !== undefined) return -Infinity;
    if (shape.gpu.kind === 'mig')
      return -node.devices.reduce((sum, device) => sum + freeInstances(device), 0);
    const takes = affordable(node, shape, takesOf(model.vectors, node, shape));
    return takes.length === 0 ? -Infinity : this.policy.score(node, shape, takes, model.policyContext);
  }

  private lackingCode(node: NodeState): number {
    const { shape } = this;
    if (node.freePods < podsNeeded(node, shape)) return PODS;
    if (shape.cpuMilli > node.freeCpuMilli && shape.cpuMilli > 0) return CPU;
    if (shape.memoryMiB > node.freeMemoryMiB && shape.memoryMiB > 0) return MEMORY;
    if (this.simple && shape.gpuModels.length === 0)
      return node.vector.codes.length < shape.devices ? GPU_DEVICES : GPU_SHARE;
    return codeOf(resourceFilter(node, shape) ?? 'GpuShare');
  }

  private fixedCode(node: NodeState): number {
    const refusal = this.fixedRefusal(node);
    if (refusal !== undefined) return codeOf(refusal);
    const isSpared = this.shape.devices === 0 && hasDevices(node);
    if (isDiscouraged(node, this.shape)) return isSpared ? DISCOURAGED_SPARED : DISCOURAGED;
    return isSpared ? SPARED : FREE;
  }

  private fixedRefusal(node: NodeState): FilterCode | undefined {
    if (this.pool !== undefined && node.spec.pool !== this.pool) return 'NodePool';
    return staticFilter(node, this.shape);
  }
}

/** The rankings of a model, and the log of changes that they are updated from. */
export class Rankings {
  private readonly rankings = new Map<Shape, Map<string, Ranking>>();
  private readonly memoIds = new Map<string, number>();
  private count = 0;
  /** Ranks of changed nodes; entry i of the log has number `first + i`. */
  private log: number[] = [];
  private first = 0;
  /** Per rank: number of its last entry. Earlier entries of the same node can be skipped. */
  private last = new Float64Array(0);
  /** Per rank: number of the last entry that increased the node's free capacity. */
  private gained = new Float64Array(0);

  constructor(private readonly model: RankedNodes) {}

  /** Clears everything: nodes were added or removed, or scores changed their meaning. */
  reset(): void {
    this.rankings.clear();
    this.count = 0;
    this.log = [];
    this.first = 0;
    this.last = new Float64Array(this.model.nodes.length);
    this.gained = new Float64Array(this.model.nodes.length).fill(-1);
  }

  /** Records that the free capacity of a node decreased or increased. */
  changed(rank: number, more: boolean): void {
    if (this.log.length >= MAX_LOG) {
      this.first += this.log.length / 2;
      this.log = this.log.slice(this.log.length / 2);
    }
    this.last[rank] = this.first + this.log.length;
    if (more) this.gained[rank] = this.first + this.log.length;
    this.log.push(rank);
  }

  /** The ranking, up to date. */
  get(shape: Shape, pool: string | undefined, policy: PolicyName): Ranking {
    let ofShape = this.rankings.get(shape);
    if (ofShape === undefined) this.rankings.set(shape, (ofShape = new Map()));
    const key = pool === undefined ? policy : `${policy}\u0000${pool}`;
    let ranking = ofShape.get(key);
    if (ranking === undefined) {
      ranking = new Ranking(this.model, shape, pool, POLICY_BY_NAME[policy], this.memoIdOf(shape, policy));
      ofShape.set(key, ranking);
      if (++this.count > MAX_RANKINGS) this.dropStalest(ranking);
    }
    this.catchUp(ranking);
    return ranking;
  }

  private memoIdOf(shape: Shape, policy: PolicyName): number {
    const key = `${this.model.policyContext.measure.id} ${policy} ${shape.gpuId}`;
    const id = this.memoIds.get(key) ?? this.memoIds.size;
    this.memoIds.set(key, id);
    return id;
  }

  private catchUp(ranking: Ranking): void {
    const end = this.first + this.log.length;
    if (ranking.seen < this.first) {
      for (let rank = 0; rank < this.model.nodes.length; rank++) ranking.rescore(rank);
    } else {
      for (let entry = ranking.seen; entry < end; entry++) {
        const rank = this.log[entry - this.first] as number;
        if (this.last[rank] === entry) ranking.follow(rank, (this.gained[rank] as number) >= ranking.seen);
      }
    }
    ranking.seen = end;
  }

  /** Drops the least recently used half, and always keeps the newest. */
  private dropStalest(newest: Ranking): void {
    const seen = [...this.rankings.values()].flatMap((ofShape) =>
      [...ofShape.values()].map((one) => one.seen),
    );
    const median = seen.sort((a, b) => a - b)[seen.length >> 1] ?? 0;
    for (const [shape, ofShape] of this.rankings) {
      for (const [key, ranking] of ofShape)
        if (ranking.seen <= median && ranking !== newest) ofShape.delete(key);
      if (ofShape.size === 0) this.rankings.delete(shape);
    }
    this.count = [...this.rankings.values()].reduce((sum, ofShape) => sum + ofShape.size, 0);
  }
}
