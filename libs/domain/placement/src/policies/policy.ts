import type { FragmentationMeasure } from '../fragmentation';
import type { VectorTable } from '../gpu-vector';
import type { NodeState } from '../node-state';
import type { Shape } from '../shape';
import type { Take } from '../takes';

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

/** What a policy may know beside node and shape. */
export interface PolicyContext {
  readonly vectors: VectorTable;
  readonly measure: FragmentationMeasure;
  /** The largest node, for scores that compare CPU with GPU. */
  readonly largest: { readonly cpuMilli: number; readonly milliGpu: number };
}

/** Bits of the number that {@link Policy.stateOf} gives. */
export const STATE_BITS = 12;

/** How to choose among what fits. Both functions are pure; the node passes every filter and has a take. */
export interface Policy {
  readonly name: PolicyName;
  /** Worth of the shape on the node: the highest wins, among equals the node that comes first. */
  readonly score: (node: NodeState, shape: Shape, takes: readonly Take[], context: PolicyContext) => number;
  /**
   * Where given, the score depends on nothing of the node but its vector and this number (below 2^STATE_BITS; −1: cannot be told), and on
   * nothing of the shape but its GPU part and this number: equal ones are scored once.
   */
  readonly stateOf?: (node: NodeState, shape: Shape, context: PolicyContext) => number;
  /** Which of the ways to take the devices, as an index. */
  readonly choose: (node: NodeState, shape: Shape, takes: readonly Take[], context: PolicyContext) => number;
}

/** The tightest devices that fit: takes are ordered by it. */
export const tightest = (): number => 0;
