import type { FragmentationMeasure } from '../fragmentation/fragmentation';
import type { VectorTable } from '../model/gpu-vector';
import type { NodeState } from '../model/node-state';
import type { Shape } from '../model/shape';
import type { Take } from '../model/takes';

/** Names of the policies, as configuration spells them. */
export const POLICIES = [
  'fgd',
  'fgd-published',
  'best-fit',
  'dot-product',
  'packing',
  'clustering',
  'spread',
  'random',
] as const;
export type PolicyName = (typeof POLICIES)[number];

/** Inputs of a policy besides node and shape. */
export interface PolicyContext {
  readonly vectors: VectorTable;
  readonly measure: FragmentationMeasure;
  /** The largest node, for scores that compare CPU with GPU. */
  readonly largest: { readonly cpuMilli: number; readonly milliGpu: number };
}

/** Bits of the number that {@link Policy.stateOf} gives. */
export const STATE_BITS = 12;

/**
 * Chooses among the nodes and devices that fit. The functions are pure; the node passes every filter and has a take.
 */
export interface Policy {
  readonly name: PolicyName;
  /** Score of the shape on the node: the highest wins; on a tie the node that ranks first. */
  readonly score: (node: NodeState, shape: Shape, takes: readonly Take[], context: PolicyContext) => number;
  /**
   * Where given, the score depends only on the node's vector, the GPU part of the shape and this number (below
   * 2^STATE_BITS; −1: unknown), so that equal combinations are scored once.
   */
  readonly stateOf?: (node: NodeState, shape: Shape, context: PolicyContext) => number;
  /** Index of the chosen take. */
  readonly choose: (node: NodeState, shape: Shape, takes: readonly Take[], context: PolicyContext) => number;
}

/** Chooses the tightest devices that fit: takes are ordered that way. */
export const tightest = (): number => 0;
