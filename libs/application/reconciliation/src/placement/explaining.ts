import {
  createModel,
  keep,
  nodeVerdicts,
  place,
  policyFor,
  type ClusterSnapshot,
  type NodeVerdict,
  type ReplicaRequest,
} from '@tessera/domain-placement';
import type { PlacementExplanation } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import type { NodeReserver } from '../waiting/kept-nodes';
import { holderText, nodesOf, type PlacingOptions } from './placing';

/** Why each node would or would not get a replica now. */
export type Explain = (request: ReplicaRequest) => PlacementExplanation;

/**
 * Explains on a model of the snapshot; nothing is placed. What is kept on nodes for other workloads counts as used, as
 * it does where placement decides.
 */
export const explaining =
  ({ tasks, ...options }: PlacingOptions) =>
  (snapshot: ClusterSnapshot, reserver?: NodeReserver): Explain =>
  (request) => {
    const model = createModel(snapshot, { mix: tasks.mix() });
    const kept = reserver?.choose(nodesOf(model)) ?? [];
    const others = kept.filter(({ workloadId }) => workloadId !== request.workloadId);
    for (const one of others) keep(model, one.request, one.node);
    const decision = place(model, request, options);
    const verdicts = nodeVerdicts(model, request, options);
    const fitting = verdicts.filter(({ position }) => position !== undefined).length;
    const policyOf = (pool: string | undefined) =>
      policyFor(request.nodePools.length === 0 ? undefined : pool, options);
    return {
      fits: decision.outcome === 'placed',
      ...maybe('message', decision.outcome === 'placed' ? undefined : decision.verdict.message),
      suggestions: decision.outcome === 'placed' ? [] : [...decision.verdict.suggestions],
      nodes: verdicts.map((verdict) => ({
        node: verdict.node,
        ...maybe('nodePool', verdict.pool),
        replicas: verdict.replicas,
        outcome: outcomeOf(verdict),
        ...maybe('code', verdict.code),
        reason: [
          verdict.reason ?? fitText(verdict, fitting, policyOf(verdict.pool)),
          ...others
            .filter(({ node }) => node === verdict.node)
            .map((one) => `what becomes free there is kept for ${holderText(one, request)}`),
        ].join('; '),
      })),
    };
  };

const outcomeOf = ({ position }: NodeVerdict): PlacementExplanation['nodes'][number]['outcome'] =>
  position === undefined ? 'rejected' : position === 1 ? 'first' : 'fits';

const fitText = ({ position = 0 }: NodeVerdict, fitting: number, policy: string): string =>
  fitting === 1
    ? 'is the only node on which it fits'
    : `is number ${position} of the ${fitting} nodes on which it fits, by the policy ${policy}`;
