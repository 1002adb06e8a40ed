import { FILTER_CODES, type FilterCode } from './model';
import type { ClusterModel } from './cluster-model';
import { isDiscouraged, resourceFilter, staticFilter } from './filters';
import { freeInstances, type NodeState } from './node-state';
import type { Policy, PolicyName } from './policies/policy';
import { POLICY_BY_NAME } from './policies/registry';
import { ScoreTree } from './score-tree';
import type { Shape } from './shape';
import { takesOf } from './takes';

/** Rankings kept; the one unused for longest goes first. */
const MAX_RANKINGS = 512;
/** Changes remembered; a ranking that missed more looks at every node again. */
const MAX_LOG = 1 << 16;
/** Code of a node that passed every filter; others are positions in FILTER_CODES plus one. */
const FITS = 0;
const UNKNOWN = 255;
/** Taken off the score of nodes with a PreferNoSchedule taint: behind all others, still possible. */
const DISCOURAGED = 100_000;

/** How all nodes of one pool rank for one shape under one policy. Brought up to date when it is asked. */
export class Ranking {
  readonly tree: ScoreTree;
  /** Per rank: the filter that refuses the node, as a code. */
  private readonly refusals: Uint8Array;
  /** Per rank: the same for the filters that do not depend on what is left; kept until the node is replaced. */
  private readonly fixed: Uint8Array;
  seen = -1;

  constructor(
    private readonly model: ClusterModel,
    readonly shape: Shape,
    private readonly pool: string | undefined,
    private readonly policy: Policy,
  ) {
    const size = model.nodes.length;
    this.tree = new ScoreTree(size);
    this.refusals = new Uint8Array(size);
    this.fixed = new Uint8Array(size).fill(UNKNOWN);
  }

  /** Position in FILTER_CODES of the filter that refuses the node, or −1 where it fits. */
  refusalAt(rank: number): number {
    return (this.refusals[rank] as number) - 1;
  }

  rescore(rank: number): void {
    const node = this.model.nodes[rank] as NodeState;
    let refusal = this.fixed[rank] as number;
    if (refusal === UNKNOWN) refusal = this.fixed[rank] = codeOf(this.fixedRefusal(node));
    let score = -Infinity;
    if (refusal === FITS) {
      const takes = this.takes(node);
      if (takes === undefined) refusal = codeOf(resourceFilter(node, this.shape) ?? 'GpuShare');
      else score = this.score(node, takes);
    }
    this.refusals[rank] = refusal;
    this.tree.set(rank, score);
  }

  /** The ways to serve the shape; undefined where something is lacking. */
  private takes(node: NodeState): ReturnType<typeof takesOf> | undefined {
    const { shape } = this;
    if (shape.cpuMilli > node.freeCpuMilli || shape.memoryMiB > node.freeMemoryMiB) {
      if (resourceFilter(node, shape) !== undefined) return undefined;
    }
    if (shape.extended.length > 0 || shape.gpu.kind === 'mig')
      if (resourceFilter(node, shape) !== undefined) return undefined;
    const takes = takesOf(this.model.vectors, node, shape);
    return takes.length === 0 ? undefined : takes;
  }

  private score(node: NodeState, takes: ReturnType<typeof takesOf>): number {
    const { shape, model } = this;
    const own =
      shape.gpu.kind === 'mig'
        ? -node.devices.reduce((sum, device) => sum + freeInstances(device), 0)
        : this.policy.score(node, shape, takes, model.policyContext);
    return isDiscouraged(node, shape) ? own - DISCOURAGED : own;
  }

  private fixedRefusal(node: NodeState): FilterCode | undefined {
    if (this.pool !== undefined && node.spec.pool !== this.pool) return 'NodePool';
    return staticFilter(node, this.shape);
  }
}

const codeOf = (code: FilterCode | undefined): number =>
  code === undefined ? FITS : FILTER_CODES.indexOf(code) + 1;

/** The rankings of a model, and the log of changes they catch up with. */
export class Rankings {
  private readonly rankings = new Map<Shape, Map<string, Ranking>>();
  private count = 0;
  /** Ranks of changed nodes; entry i of the log has number `first + i`. */
  private log: number[] = [];
  private first = 0;
  /** Per rank: number of its last entry. An earlier entry of the same node need not be followed. */
  private last = new Float64Array(0);

  constructor(private readonly model: ClusterModel) {}

  /** Forgets everything: nodes came or went, or scores mean something else. */
  reset(): void {
    this.rankings.clear();
    this.count = 0;
    this.log = [];
    this.first = 0;
    this.last = new Float64Array(this.model.nodes.length);
  }

  changed(rank: number): void {
    if (this.log.length >= MAX_LOG) {
      this.first += this.log.length / 2;
      this.log = this.log.slice(this.log.length / 2);
    }
    this.last[rank] = this.first + this.log.length;
    this.log.push(rank);
  }

  /** The ranking, up to date. */
  get(shape: Shape, pool: string | undefined, policy: PolicyName): Ranking {
    let ofShape = this.rankings.get(shape);
    if (ofShape === undefined) this.rankings.set(shape, (ofShape = new Map()));
    const key = pool === undefined ? policy : `${policy}\u0000${pool}`;
    let ranking = ofShape.get(key);
    if (ranking === undefined) {
      ranking = new Ranking(this.model, shape, pool, POLICY_BY_NAME[policy]);
      ofShape.set(key, ranking);
      if (++this.count > MAX_RANKINGS) this.dropStalest(ranking);
    }
    this.catchUp(ranking);
    return ranking;
  }

  private catchUp(ranking: Ranking): void {
    const end = this.first + this.log.length;
    if (ranking.seen < this.first) {
      for (let rank = 0; rank < this.model.nodes.length; rank++) ranking.rescore(rank);
    } else {
      for (let entry = ranking.seen; entry < end; entry++) {
        const rank = this.log[entry - this.first] as number;
        if (this.last[rank] === entry) ranking.rescore(rank);
      }
    }
    ranking.seen = end;
  }

  /** Drops the half that was asked for longest ago, and always keeps the newest. */
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
