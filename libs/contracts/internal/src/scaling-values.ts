import { z } from 'zod';
import { LENGTH } from '@tessera/contracts-rest';
import type { InternalRoute } from './route';

/** Most metrics that are asked for at once. */
export const MOST_SCALING_METRICS = 1_000;

/** Names of the metrics on which workloads of a cluster scale. */
export const ScalingValuesQuery = z.object({
  metrics: z.array(z.string().max(LENGTH.name)).max(MOST_SCALING_METRICS),
});
export type ScalingValuesQuery = z.infer<typeof ScalingValuesQuery>;

/** Current values of metrics, each for every pod that has one. */
export const ScalingValues = z.object({
  metrics: z.array(
    z.object({
      metric: z.string(),
      values: z.array(z.object({ namespace: z.string(), pod: z.string(), value: z.number() })),
      /** Why the metric could not be read. */
      error: z.string().optional(),
    }),
  ),
});
export type ScalingValues = z.infer<typeof ScalingValues>;

/** Signed by the scheduler with a key that it shares with the metrics service: it has no token to present. */
export const SCALING_ROUTES = {
  scalingValues: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/scaling-values',
    body: ScalingValuesQuery,
    answers: { 200: ScalingValues },
  },
} as const satisfies Record<string, InternalRoute>;
