import { followsActivity, replicaBounds, scheduledBounds, schedulesOf } from '../compile/scaling';
import { scheduleRules } from '../schedules/schedule-rules';
import type { InferenceSpec } from '../spec';
import { MISSING, type Report } from './violation';

const PATH = 'spec.autoscaling';
/** The metrics with which a workload can scale to zero and back (design §6). */
const TO_ZERO = ['throughput', 'concurrency'];

/**
 * The autoscaling matrix (reference §2.5). A fixed number of replicas and the pair (0, 1) need no metric; one that is
 * given there is ignored.
 */
export function autoscalingRules(spec: InferenceSpec, report: Report): void {
  const autoscaling = spec.autoscaling ?? {};
  const bounds = replicaBounds(autoscaling);
  scheduleRules(autoscaling, report);
  if (bounds.max < bounds.min)
    return report(
      `${PATH}.maxReplicas`,
      `must not be less than minReplicas (${bounds.min}), not ${bounds.max}`,
    );
  const { metric, metricThreshold: threshold } = autoscaling;
  const ranges = [
    bounds,
    ...(metric ? schedulesOf(autoscaling).map((schedule) => scheduledBounds(bounds, schedule)) : []),
  ].filter((range) => range.min !== range.max && !followsActivity(range));
  if (ranges.length === 0) return;
  if (!metric)
    report(`${PATH}.metric`, `${MISSING}: it is mandatory when minReplicas is less than maxReplicas`);
  else if (ranges.some(({ min }) => min === 0) && !TO_ZERO.includes(metric))
    report(`${PATH}.metric`, `minReplicas 0 needs the metric throughput or concurrency, not ${metric}`);
  if (metric && (threshold === null || threshold === undefined))
    report(`${PATH}.metricThreshold`, `${MISSING}: it is mandatory with metric`);
  if (typeof threshold === 'number' && threshold <= 0)
    report(`${PATH}.metricThreshold`, `must be more than 0, not ${threshold}`);
}
