import type { InternalAnswer, MeasuredScope } from '@tessera/contracts-internal';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { callInternal, unavailable, type InternalService, type ErrorAnswer } from './internal-client';

export interface MetricsClientOptions {
  /** Address of the metrics service. */
  readonly url: string;
  /** Issues the API's own token for the metrics service; the API has authorised the caller. */
  readonly token: () => Promise<string>;
}

/** Which measurements are asked for; times are RFC 3339. */
export interface MeasurementQuery {
  readonly metricType: readonly string[];
  readonly start: string;
  readonly end: string;
  readonly numberOfSamples: number;
}

/** A workload of a namespace: any pod anywhere can carry the id as a label, so both name it. */
export interface MeasuredWorkload {
  readonly namespace: string;
  readonly workloadId: string;
}

/**
 * Client of the metrics service. Every method throws {@link HttpError}: 400 for a query that the service refuses, 503
 * where it is unreachable or can read nothing, with its reason.
 */
export class MetricsClient {
  private readonly service: InternalService;

  constructor(options: MetricsClientOptions) {
    this.service = { name: 'the metrics service', ...options };
  }

  /** Measurements of a workload; status 207 where some of them could not be read. */
  ofWorkload(params: MeasuredWorkload, query: MeasurementQuery): Promise<InternalAnswer<'workloadMetrics'>> {
    return callInternal(this.service, 'workloadMetrics', { params, query: sent(query) }, refusal);
  }

  /** The same of one of its pods. */
  ofPod(
    params: MeasuredWorkload & { readonly podName: string },
    query: MeasurementQuery,
  ): Promise<InternalAnswer<'podMetrics'>> {
    return callInternal(this.service, 'podMetrics', { params, query: sent(query) }, refusal);
  }

  /** The same of a cluster, node pool, node, project or department. */
  ofScope(scope: MeasuredScope, query: MeasurementQuery): Promise<InternalAnswer<'scopeMetrics'>> {
    const { metricType, start, end, numberOfSamples } = query;
    const body = { scope, metricType: [...metricType], start, end, numberOfSamples };
    return callInternal(this.service, 'scopeMetrics', { params: {}, body }, refusal);
  }
}

const sent = ({ metricType, ...rest }: MeasurementQuery) => ({ metricType: metricType.join(','), ...rest });

const refusal = ({ status, message, details }: ErrorAnswer): HttpError =>
  status === 400
    ? new HttpError(400, message ?? ERRORS[400].message, details)
    : unavailable(`the metrics service answered ${status} ${details ?? message ?? ''}`.trim());
