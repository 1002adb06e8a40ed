import { z } from 'zod';
import { fillPath, type InternalRoute } from './route';

/** Most entries of one report. */
export const MOST_USAGE_ENTRIES = 1_000;

const count = z.number().int().min(0);

/** Usage that a gateway served of a workload to a key, of one model, in a minute or the rest of one. */
const UsageEntry = z.object({
  /** Number among all entries of this process, from 0 on. The same entry has the same number however often it is sent. */
  sequence: count,
  workloadId: z.uuid(),
  /** Start of the minute in which the requests ended, on the clock of the gateway: the hour that they are counted in. */
  minute: z.iso.datetime(),
  keyId: z.string().max(255).optional(),
  model: z.string().max(255).optional(),
  requests: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
});
export type UsageEntry = Readonly<z.output<typeof UsageEntry>>;

/**
 * Usage that becomes events. A gateway sends the same report to one scheduler after another until one has stored it.
 */
export const UsageReport = z.object({
  /** Of this process: another one after a restart. */
  gatewayId: z.uuid(),
  entries: z.array(UsageEntry.readonly()).max(MOST_USAGE_ENTRIES).readonly(),
});
export type UsageReport = Readonly<z.output<typeof UsageReport>>;

/** Outcome of a report. */
export const UsageReportAnswer = z.object({
  /** Entries that are stored as events. The others are of workloads that the scheduler does not know. */
  stored: count,
});

export const USAGE_ROUTES = {
  /** Signed by the gateway. A scheduler accepts it whether it leads or not: the events are stored when it answers. */
  reportUsage: {
    method: 'POST',
    path: '/internal/v1/clusters/{clusterId}/usage-reports',
    body: UsageReport,
    answers: { 200: UsageReportAnswer },
  },
} as const satisfies Record<string, InternalRoute>;

/** Path at the scheduler for usage (POST {@link UsageReport}). */
export const usageReportPath = (clusterId: string): string =>
  fillPath(USAGE_ROUTES.reportUsage.path, { clusterId });
