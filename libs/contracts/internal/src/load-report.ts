import { z } from 'zod';
import { LATENCY_BOUNDS_MS } from './latency-buckets';
import { fillPath, type InternalRoute } from './route';

/**
 * Messages between gateways and schedulers. No message carries a time of day, only durations measured on the sender's
 * monotonic clock, so that a clock step on either side changes no decision.
 */

/** Interval of the load reports of a gateway, ms. */
export const LOAD_REPORT_INTERVAL_MS = 1_000;

const count = z.number().int().min(0);
/** A duration, ms. */
const duration = z.number().min(0);

/** Latencies of finished requests: pairs of a bucket of {@link LATENCY_BOUNDS_MS} and the requests in it. */
const latencies = z.array(z.tuple([z.number().int().min(0).max(LATENCY_BOUNDS_MS.length), count]).readonly());

const ReplicaLoad = z.object({
  /** Uid of the pod. */
  uid: z.string().min(1),
  /** Name of the pod. */
  pod: z.string().min(1),
  /** Requests, streams and websockets that this gateway has open at it. */
  inFlight: count,
  /** The gateway sends it no further request: it saw the pod marked as draining or deleted. */
  draining: z.boolean(),
});

/** A request that waited for a workload without a ready replica and has got its first byte; reported once. */
const ColdStart = z.object({
  /** Uid of the pod that served it. */
  uid: z.string().min(1),
  /** Since the request arrived at the gateway, ms. */
  heldAgoMs: duration,
  /** Since the gateway saw the replica ready, ms. */
  readyAgoMs: duration,
  /** Since the first byte of the response came, ms. */
  firstByteAgoMs: duration,
});

const WorkloadLoad = z.object({
  workloadId: z.uuid(),
  /** Requests that are open at replicas now. */
  inFlight: count,
  /** Requests that wait for a replica now. */
  held: count,
  /** Requests that arrived in the interval, held ones included. */
  started: count,
  /** Requests that ended in the interval, whatever their outcome. */
  finished: count,
  /** Average over the interval of the requests in flight and held, weighted by time. */
  averageConcurrency: z.number().min(0),
  /** Time from arrival to the end of the response, of requests that a replica answered in the interval. */
  latencies,
  /** The same for cold requests: held because no replica was ready, or answered by one that was ready for seconds. */
  coldLatencies: latencies,
  /** Since the latest arrival or end of a request, ms; absent where this gateway has seen none. */
  lastRequestAgoMs: duration.optional(),
  /** A request waits and no replica is ready. Repeated in every report for as long as that is so. */
  wake: z.boolean(),
  /** Every replica that the gateway knows, ready or not. */
  replicas: z.array(ReplicaLoad),
  coldStarts: z.array(ColdStart),
});

/** One limit of requests or tokens, and what one gateway has used of it. */
const LimitUse = z.object({
  /** The same in all gateways: whose limit it is, and of what. */
  id: z.string().min(1).max(400),
  /** Of all gateways together. */
  limit: count,
  /** The gateway's part of it. */
  ceiling: count,
  /** What counts against its part now. */
  used: count,
  /** What its callers ask it for at the pace of the last seconds, let through or not. */
  demand: count,
});
export type LimitUse = z.output<typeof LimitUse>;

/** The part of one gateway in a limit. */
const LimitPart = LimitUse.pick({ id: true, limit: true, ceiling: true });
export type LimitPart = z.output<typeof LimitPart>;

/**
 * The load of one gateway since its last report, once a second to every scheduler, leading or not. It has an entry for
 * every workload that had a request in the interval, has one in flight or held, or has a replica that the gateway sends
 * no further request, and for those that the leader asked for. A workload without an entry had no request and has none:
 * reports do not build on each other, and the sequence shows whether one is missing. Reports of one gateway may arrive
 * late or never; the next one does not repeat their counts.
 */
export const LoadReport = z.object({
  /** Of this process: another one after a restart. */
  gatewayId: z.uuid(),
  /** Grows with every report of this process. */
  sequence: count,
  /** Time since the last report, ms, more than 0. */
  intervalMs: z.number().positive(),
  /** True in the last report of a gateway that shuts down: it has no open request. */
  final: z.boolean(),
  workloads: z.array(WorkloadLoad),
  /** Limits in use, and those of which the leader has given the gateway another part than an equal one. */
  limits: z.array(LimitUse).optional(),
});
export type LoadReport = z.output<typeof LoadReport>;
export type WorkloadLoad = z.output<typeof WorkloadLoad>;
export type ReplicaLoad = z.output<typeof ReplicaLoad>;
export type ColdStart = z.output<typeof ColdStart>;

/**
 * Workloads for which a request began to wait with no replica ready. Sent at once; one for each workload until it has a
 * ready replica, however many requests wait. It adds no counts: the next report has them.
 */
export const WakeRequest = z.object({
  gatewayId: z.uuid(),
  /** Grows with every wake request of this process. */
  sequence: count,
  workloads: z.array(
    z.object({
      workloadId: z.uuid(),
      /** Since the first waiting request arrived, ms. */
      heldAgoMs: duration,
    }),
  ),
});
export type WakeRequest = z.output<typeof WakeRequest>;

/**
 * State of a workload that has requests waiting. `starting`: replicas are starting or are about to. `pending`: no
 * replica can be placed now; requests keep waiting. `failed`: replicas do not start; waiting requests are answered at
 * once. `unknown`: there is no such workload, or it is being deleted.
 */
const HeldWorkload = z.object({
  workloadId: z.uuid(),
  state: z.enum(['starting', 'pending', 'failed', 'unknown']),
  /** Machine-readable, such as the reason of the condition or of the verdict. */
  reason: z.string().optional(),
  /** For callers of the workload, who are outsiders: names no node, pod or other workload. */
  message: z.string().optional(),
});
export type HeldWorkload = z.output<typeof HeldWorkload>;

/** Answer to a load report and to a wake request. */
export const LoadReportAnswer = z.object({
  /** False from a standby, which records the load and decides nothing; its `workloads` are empty. */
  leading: z.boolean(),
  /**
   * Gateways with a live lease, which share the hard limits of workloads; absent from a standby, which does not know
   * them.
   */
  gateways: count.min(1).optional(),
  /** Each workload of the message that has requests waiting. */
  workloads: z.array(HeldWorkload),
  /** Workloads that the next reports are to have entries for, known to the gateway or not: replicas of them leave. */
  asked: z.array(z.uuid()).default([]),
  /**
   * Parts of the gateway in limits that are not shared equally; of all others it has an equal part. Absent from answers
   * to wake requests, which change no part.
   */
  parts: z.array(LimitPart).optional(),
});
export type LoadReportAnswer = z.output<typeof LoadReportAnswer>;

/** Routes of a scheduler for gateways. Messages are signed instead of carrying a service token. */
export const LOAD_ROUTES = {
  reportLoad: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/load-reports',
    body: LoadReport,
    answers: { 200: LoadReportAnswer },
  },
  requestWake: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/wakes',
    body: WakeRequest,
    answers: { 200: LoadReportAnswer },
  },
} as const satisfies Record<string, InternalRoute>;

/** Path at the scheduler for load reports (POST {@link LoadReport}). */
export const loadReportPath = (clusterId: string): string =>
  fillPath(LOAD_ROUTES.reportLoad.path, { clusterId });

/** Path at the scheduler for wake requests (POST {@link WakeRequest}). */
export const wakePath = (clusterId: string): string => fillPath(LOAD_ROUTES.requestWake.path, { clusterId });
