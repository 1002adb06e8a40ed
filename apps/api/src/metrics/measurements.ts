import type { MeasurementQuery, MetricsClient } from '@tessera/adapter-services';
import type { MeasuredScope } from '@tessera/contracts-internal';
import type { ReadWorkload, WorkloadReader } from '@tessera/application-control-plane';
import { ERRORS, type MetricsResponse } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { workloadOf, type Call } from '../http/call';
import { csv, wantsCsv } from '../http/csv';
import { badRequest } from '../http/filters/violations';
import { table } from './table';

type MetricsAnswer = {
  readonly body: MetricsResponse;
  readonly headers?: Readonly<Record<string, string>>;
} & ({ readonly status: 200 } | { readonly status: 207 });

const PODS_PAGE = { offset: 0, limit: 500 };

/** Measurements, from the metrics service. */
export class Measurements {
  constructor(
    private readonly metrics: MetricsClient,
    private readonly reader: Pick<WorkloadReader, 'podsOf'>,
  ) {}

  /** Measurements of the workload that the call names. */
  async ofWorkload(query: MeasurementQuery, call: Call): Promise<MetricsAnswer> {
    return sent(await this.metrics.ofWorkload(measured(workloadOf(call)), checked(query)), call);
  }

  /** Measurements of one of its pods, also of one that ended; 404 where it has no such pod. */
  async ofPod(podId: string, query: MeasurementQuery, call: Call): Promise<MetricsAnswer> {
    const workload = workloadOf(call);
    const pods = [
      ...(await this.reader.podsOf(workload.id, false, PODS_PAGE)).items,
      ...(await this.reader.podsOf(workload.id, true, PODS_PAGE)).items,
    ];
    const pod = pods.find(({ state }) => state.id === podId.toLowerCase());
    if (pod === undefined) throw new HttpError(404, ERRORS[404].message);
    const params = { ...measured(workload), podName: pod.state.name };
    return sent(await this.metrics.ofPod(params, checked(query)), call);
  }

  /** Measurements of another scope, which the caller may see. */
  async ofScope(scope: MeasuredScope, query: MeasurementQuery, call: Call): Promise<MetricsAnswer> {
    return sent(await this.metrics.ofScope(scope, checked(query)), call);
  }
}

const measured = ({ id, project }: ReadWorkload) => ({ namespace: project.namespace, workloadId: id });

function checked(query: MeasurementQuery): MeasurementQuery {
  if (Date.parse(query.start) >= Date.parse(query.end))
    throw badRequest([{ field: 'start', message: 'must be before end' }]);
  return query;
}

const sent = ({ status, body }: MetricsAnswer, call: Call): MetricsAnswer =>
  status === 200 && wantsCsv(call.headers) ? csv(table(body), body) : { status, body };
