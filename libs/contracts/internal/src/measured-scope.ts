import { z } from 'zod';
import { LENGTH, MetricsResponse, queryTime } from '@tessera/contracts-rest';
import type { InternalRoute } from './route';

const name = z.string().min(1).max(LENGTH.name);
const clusterId = z.uuid();

/** Scopes of measurements beside workloads and their pods. */
export const MeasuredScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cluster'), clusterId }),
  z.object({ kind: z.literal('node-pool'), clusterId, nodePool: name }),
  z.object({ kind: z.literal('node'), clusterId, node: name }),
  z.object({
    kind: z.literal('org-unit'),
    orgUnit: z.enum(['project', 'department']),
    id: z.string().max(LENGTH.id),
    /** Of its projects: pods of others are not its own. */
    namespaces: z.array(name),
    /** Only what is on the nodes of this pool. */
    nodePool: name.optional(),
  }),
]);
export type MeasuredScope = z.infer<typeof MeasuredScope>;

/** Types of a cluster that the API alone asks for: their labels name pods and devices of everybody. */
export const HOLDER_METRICS = ['GPU_UTILIZATION_PER_POD', 'GPU_UTILIZATION_PER_DEVICE'] as const;
export type HolderMetricType = (typeof HOLDER_METRICS)[number];

/** Which metric types of a scope, in which range. */
export const ScopeMeasurement = z.object({
  scope: MeasuredScope,
  metricType: z.array(z.string().max(LENGTH.name)).min(1),
  start: queryTime,
  end: queryTime,
  numberOfSamples: z.int().min(0).max(1000),
});
export type ScopeMeasurement = z.infer<typeof ScopeMeasurement>;

/** A POST, since a department may have more namespaces than an address has room for. 207 as for workloads. */
export const SCOPE_ROUTES = {
  scopeMetrics: {
    method: 'POST',
    path: '/internal/v1/measurements',
    recipient: 'metrics',
    body: ScopeMeasurement,
    answers: { 200: MetricsResponse, 207: MetricsResponse },
  },
} as const satisfies Record<string, InternalRoute>;
