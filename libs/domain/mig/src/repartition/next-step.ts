import { applying, beginning, draining, recovering, rollingBack } from './phases';
import type { NodeToRepartition, RepartitionTiming } from './repartition';
import type { RepartitionStep } from './step';

/**
 * The next step of a change of geometry: refuse, cordon and drain, set the label, watch, recover a stuck mig-manager,
 * roll back, uncordon. Each step is one write to the node, which also stores the state of the change. The same node
 * gives the same step, so a lost or repeated step does no harm.
 */
export function nextStep(node: NodeToRepartition, timing: RepartitionTiming, now: number): RepartitionStep {
  const { asked, change } = node;
  switch (change?.phase) {
    case 'Draining':
      return draining(node, change, timing, now);
    case 'Applying':
      return applying(node, change, timing, now);
    case 'Recovering':
      return recovering(node, change, timing, now);
    case 'RollingBack':
      return rollingBack(node, change, timing, now);
    default:
      if (asked === undefined) return change === undefined ? {} : { patch: { labels: {}, change: null } };
      if (change !== undefined && change.phase !== 'Refused' && change.config === asked) return {};
      return beginning(node, asked, now);
  }
}
