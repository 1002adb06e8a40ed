import { z } from 'zod';
import { ApplyCommand } from '@tessera/contracts-events';
import {
  CordonReport,
  MetricsResponse,
  MigConfigReport,
  PlacementExplanation,
  ROUTES,
  SimulatedReplica,
  WorkloadObjects,
} from '@tessera/contracts-rest';
import { FEED_ROUTES } from './gateway-feed';
import { LOAD_ROUTES } from './load-report';
import { NodeReports, NodesQuery } from './node-report';
import { PodLogQuery } from './pod-log-query';
import type { InternalRoute } from './route';
import { SCOPE_ROUTES } from './measured-scope';
import { SCALING_ROUTES } from './scaling-values';
import { USAGE_ROUTES } from './usage-report';

/** Every route between our services. Clients and servers take path, token and schemas from here. */
export const INTERNAL_ROUTES = {
  /** The heartbeat: 200 while the scheduler serves its cluster. */
  heartbeat: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}',
    recipient: 'scheduler',
    answers: { 200: z.object({ clusterId: z.string() }) },
  },
  nodes: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/nodes',
    recipient: 'scheduler',
    query: NodesQuery,
    answers: { 200: NodeReports },
  },
  migConfig: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/nodes/{name}/mig-config',
    recipient: 'scheduler',
    answers: { 200: MigConfigReport },
  },
  /** Requests a MIG configuration, or clears the request with null. */
  requestMigConfig: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/nodes/{name}/mig-config',
    recipient: 'scheduler',
    body: z.object({ config: z.string().nullable() }),
    answers: { 200: MigConfigReport },
  },
  cordon: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/nodes/{name}/cordon',
    recipient: 'scheduler',
    body: z.object({ cordoned: z.boolean() }),
    answers: { 200: CordonReport },
  },
  podLog: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/namespaces/{namespace}/pods/{name}/log',
    recipient: 'scheduler',
    query: PodLogQuery,
    answers: { 200: 'text' },
  },
  simulatePlacement: {
    method: 'POST',
    path: '/internal/v1/placement:simulate',
    recipient: 'scheduler',
    body: z.object({ command: ApplyCommand, copies: z.number().int().min(1).max(1000) }),
    answers: { 200: z.object({ replicas: z.array(SimulatedReplica) }) },
  },
  explainPlacement: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/workloads/{workloadId}/placement',
    recipient: 'scheduler',
    answers: { 200: PlacementExplanation },
  },
  workloadObjects: {
    method: 'GET',
    path: '/internal/v1/clusters/{clusterId}/workloads/{workloadId}/objects',
    recipient: 'scheduler',
    answers: { 200: WorkloadObjects },
  },
  ...LOAD_ROUTES,
  ...USAGE_ROUTES,
  ...FEED_ROUTES,
  ...SCALING_ROUTES,
  ...SCOPE_ROUTES,
  /** 207 where only some of the measurements could be read. */
  workloadMetrics: {
    method: 'GET',
    path: '/internal/v1/namespaces/{namespace}/workloads/{workloadId}/metrics',
    recipient: 'metrics',
    query: z.object(ROUTES.get_workload_metrics.query),
    answers: { 200: MetricsResponse, 207: MetricsResponse },
  },
  podMetrics: {
    method: 'GET',
    path: '/internal/v1/namespaces/{namespace}/workloads/{workloadId}/pods/{podName}/metrics',
    recipient: 'metrics',
    query: z.object(ROUTES.get_workload_pod_metrics.query),
    answers: { 200: MetricsResponse, 207: MetricsResponse },
  },
} as const satisfies Record<string, InternalRoute>;

export type InternalRoutes = typeof INTERNAL_ROUTES;
export type InternalOperation = keyof InternalRoutes;
/** Data of the successful answer of an operation; undefined for a stream. */
export type InternalAnswer<O extends InternalOperation> = {
  readonly [S in keyof InternalRoutes[O]['answers']]: InternalRoutes[O]['answers'][S] extends z.ZodType
    ? { readonly status: S; readonly body: z.output<InternalRoutes[O]['answers'][S]> }
    : never;
}[keyof InternalRoutes[O]['answers']];
