import { z } from 'zod';

const count = () => z.number().int().min(0);

/**
 * Inputs of a decision about the number of replicas. A field is absent where it played no part: a rule without a metric
 * has no target, a decision within its bounds no `limitedBy`. Only the decision of a deletion has none at all.
 */
export const ScalingInputs = z.object({
  rule: z
    .enum(['throughput', 'concurrency', 'latency', 'custom', 'activity', 'fixed'])
    .optional()
    .describe('The rule that decided; `custom` for a metric by name, `fixed` where there is no metric.'),
  metric: z.string().optional().describe('Name of the metric, as in `spec.autoscaling.metric`.'),
  target: z
    .number()
    .optional()
    .describe('Target per replica in the unit of the metric: requests, requests per second, ms or a value.'),
  stable: z
    .number()
    .optional()
    .describe(
      'Average load of the workload over the stable window (60 s): requests at once, or requests per second.',
    ),
  panic: z.number().optional().describe('The same over the panic window (6 s).'),
  inPanic: z
    .boolean()
    .optional()
    .describe('In panic mode, after a steep rise or a lost history, the number only grows.'),
  latencyMs: z.number().optional().describe('95th percentile over the window without cold requests, ms.'),
  latencySamples: count().optional().describe('Requests behind `latencyMs`.'),
  valuePerReplica: z
    .number()
    .optional()
    .describe('Value of a metric by name, averaged over the replicas that have one.'),
  measuredReplicas: count().optional().describe('Ready replicas that had a value of a metric by name.'),
  valueMissing: z.string().optional().describe('Why a metric by name had no value.'),
  requests: count().optional().describe('Requests in flight and held at the time of the decision.'),
  readyReplicas: count().optional().describe('Replicas that took requests.'),
  warmingReplicas: count()
    .optional()
    .describe('Replicas that were placed and starting, or ready for too short a time to be measured.'),
  wished: count().optional().describe('Number that the rule gave; the previous number if it held that.'),
  hold: z
    .enum(['no data', 'few samples', 'none ready', 'within tolerance', 'cooldown', 'warming', 'fixed'])
    .optional()
    .describe('Why the rule held the previous number.'),
  woken: z.literal(true).optional().describe('Requests waited and there was no replica.'),
  delayedTo: count().optional().describe('The larger number that was wanted within the scale-down delay.'),
  minReplicas: count().optional().describe('Least number at that time, with schedules.'),
  maxReplicas: count().optional().describe('Largest number at that time, with schedules.'),
  initialReplicas: count()
    .optional()
    .describe('Acts as a minimum; absent once that many replicas have been ready.'),
  schedules: z
    .array(z.object({ name: z.string(), endsAt: z.iso.datetime().optional() }))
    .optional()
    .describe('Schedules that were active, and when each ends.'),
  limitedBy: z
    .enum(['minReplicas', 'maxReplicas', 'initialReplicas'])
    .optional()
    .describe('The bound that changed the number.'),
  idle: z
    .enum(['pause', 'over'])
    .optional()
    .describe('Adaptive keep-alive: `pause` keeps one replica; `over` is longer than one is worth keeping.'),
  keepAliveMs: z
    .number()
    .optional()
    .describe('Adaptive keep-alive: learned time for which the last replica is kept, ms.'),
  idleTimes: count()
    .optional()
    .describe('Adaptive keep-alive: number of past idle times that are known, at most 64.'),
  zeroHold: z
    .enum(['starting', 'served too short', 'retention', 'keep-alive'])
    .optional()
    .describe('Why the last replica stayed.'),
  placed: count().optional().describe('Of the decided replicas, those that have a place or may get one.'),
  unplaced: z
    .object({ replicas: count(), verdict: z.string() })
    .optional()
    .describe('Replicas that fit on no node, and why. They are wanted and do not count as capacity.'),
  reportsMissing: z
    .literal(true)
    .optional()
    .describe('Reports of gateways were missing, so the number did not shrink.'),
});
export type ScalingInputs = z.infer<typeof ScalingInputs>;
