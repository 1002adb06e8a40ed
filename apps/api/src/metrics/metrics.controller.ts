import { Controller } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import type { Call, Reply } from '../http/call';
import { Operation } from '../http/operation';
import { Measurements } from './measurements';

/** Metrics of workloads and their pods. */
@Controller()
export class MetricsController {
  constructor(private readonly measurements: Measurements) {}

  @Operation('get_inference_workload_metrics')
  ofInference(
    { query }: Input<'get_inference_workload_metrics'>,
    call: Call,
  ): Reply<'get_inference_workload_metrics'> {
    return this.measurements.ofWorkload(query, call);
  }

  @Operation('get_inference_workload_pod_metrics')
  ofInferencePod(
    { params, query }: Input<'get_inference_workload_pod_metrics'>,
    call: Call,
  ): Reply<'get_inference_workload_pod_metrics'> {
    return this.measurements.ofPod(params.podId, query, call);
  }

  @Operation('get_workload_metrics')
  ofWorkload({ query }: Input<'get_workload_metrics'>, call: Call): Reply<'get_workload_metrics'> {
    return this.measurements.ofWorkload(query, call);
  }

  @Operation('get_workload_pod_metrics')
  ofPod({ params, query }: Input<'get_workload_pod_metrics'>, call: Call): Reply<'get_workload_pod_metrics'> {
    return this.measurements.ofPod(params.podId, query, call);
  }
}
