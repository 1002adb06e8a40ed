import { MOST_SCALING_METRICS, type ScalingValues } from '@tessera/contracts-internal';
import type { ReplicaPod } from '../model/replica';

/** Value of a metric by name for one workload, or why there is none. */
export type MetricValue =
  | {
      /** Average over the replicas that have a value. */
      readonly perReplica: number;
      readonly replicas: number;
    }
  | { readonly missing: string };

/** Asks for the current values of metrics, all at once. Rejects with the reason where it cannot be asked. */
export type ReadScalingValues = (metrics: readonly string[], signal?: AbortSignal) => Promise<ScalingValues>;

type Pod = Pick<ReplicaPod, 'namespace' | 'name'>;

/** Values of one metric as they were read last. */
interface Reading {
  readonly at: number;
  /** By namespace and name of the pod. */
  readonly byPod: ReadonlyMap<string, number>;
  readonly error: string | undefined;
}

/** How long a value counts, ms: three readings, of which two may fail. */
const COUNTS_MS = 30_000;
/** A metric that no workload asked for within this time is not read any more, ms. */
const FORGOTTEN_MS = 60_000;

const NOT_READ_YET = 'it has not been read yet';

/**
 * Values of metrics by name for all workloads. A decision takes them from memory and never waits; they are read beside
 * it, one request for all metrics. Has no clock: callers pass monotonic time, ms.
 */
export class MetricValues {
  private readonly readings = new Map<string, Reading>();
  private readonly askedAt = new Map<string, number>();
  private failure: string | undefined;

  /** `read` is absent where no metrics service is configured. */
  constructor(private readonly read: ReadScalingValues | undefined) {}

  /** The average over these pods. Marks the metric as in use. */
  of(metric: string, pods: readonly Pod[], now: number): MetricValue {
    if (this.read === undefined)
      return { missing: 'the scheduler asks no metrics service: TESSERA_METRICS_QUERY_KEYS is not set' };
    this.askedAt.set(metric, now);
    const reading = this.readings.get(metric);
    if (reading === undefined || now - reading.at >= COUNTS_MS)
      return { missing: this.failure ?? NOT_READ_YET };
    const values = pods.flatMap((pod) => reading.byPod.get(keyOf(pod.namespace, pod.name)) ?? []);
    if (values.length === 0)
      return {
        missing: reading.error ?? `no series has a value for any of the ${pods.length} ready replicas`,
      };
    const sum = values.reduce((total, value) => total + value, 0);
    return { perReplica: sum / values.length, replicas: values.length };
  }

  /** Reads the metrics in use. Rejects with the reason where they cannot be read; earlier values count for a while. */
  async refresh(now: () => number, signal?: AbortSignal): Promise<void> {
    const began = now();
    for (const [metric, at] of this.askedAt) if (began - at >= FORGOTTEN_MS) this.forget(metric);
    if (this.read === undefined || this.askedAt.size === 0) return;
    try {
      const names = [...this.askedAt.keys()].slice(0, MOST_SCALING_METRICS);
      const { metrics } = await this.read(names, signal);
      this.failure = undefined;
      for (const { metric, values, error } of metrics)
        if (error === undefined || values.length > 0 || !this.counts(metric, now()))
          this.readings.set(metric, {
            at: now(),
            byPod: new Map(values.map(({ namespace, pod, value }) => [keyOf(namespace, pod), value])),
            error,
          });
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  private counts(metric: string, now: number): boolean {
    const reading = this.readings.get(metric);
    return reading !== undefined && now - reading.at < COUNTS_MS;
  }

  private forget(metric: string): void {
    this.askedAt.delete(metric);
    this.readings.delete(metric);
  }
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
