import {
  and,
  avg,
  firstOf,
  notEqual,
  times,
  type Expression,
  type Matcher,
} from '@tessera/domain-measurement';
import type { HolderMetricType } from '@tessera/contracts-internal';
import { SERIES } from '@tessera/contracts-metrics';
import { exposedSeries } from '../exposed-series';
import { busyDevices } from './devices';
import { allocations, INSTANCE } from './of-nodes';
import { distinct } from './of-pods';
import type { Plan } from './plan';
import type { ClusterScope } from './scope';

const POD = ['namespace', 'pod'] as const;

/** Series of dcgm-exporter that kubelet attributes to pods of ours: they hold the device, or the instance, alone. */
const held = (name: string, scope: ClusterScope, ...matchers: readonly Matcher[]): Expression =>
  distinct(
    exposedSeries({ name, labels: [['namespace'], ['pod']], matchers }, (of) =>
      and(of, [...POD], allocations(SERIES.allocatedGpus, scope)),
    ),
    ...POD,
    ...INSTANCE,
  );

/**
 * How much the GPUs of a cluster work, percent, so that everybody who holds a share finds it: by pod where one holds
 * devices or instances alone, and by device for those who share one.
 */
export const HOLDER_PLANS: Readonly<Record<HolderMetricType, Plan<ClusterScope>>> = {
  GPU_UTILIZATION_PER_POD: (scope) =>
    avg(
      firstOf(
        held(SERIES.gpuUtilisation, scope),
        times(held(SERIES.gpuEngineActive, scope, notEqual('GPU_I_ID', '')), 100),
      ),
      ...POD,
    ),
  GPU_UTILIZATION_PER_DEVICE: (scope) => avg(busyDevices(scope), 'node', 'UUID'),
};
