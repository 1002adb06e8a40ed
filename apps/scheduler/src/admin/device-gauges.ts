import type { NodeReport } from '@tessera/contracts-internal';
import { DEFAULT_NODE_POOL, SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Gauge, type Registry } from '@tessera/platform-telemetry';

/** The nodes of the leader's cluster, read at each scrape. */
export interface ReportedNodes {
  /** Whether this scheduler is the leader. A standby exports nothing, or sums would count every device twice. */
  readonly leading: boolean;
  readonly clusterId: string;
  nodes(): readonly NodeReport[];
}

/** Registers the gauges of nodes and of the free share of each device. */
export function deviceGauges(registry: Registry, source: ReportedNodes): void {
  const registers = [registry];
  const nodes = (): readonly NodeReport[] => (source.leading ? source.nodes() : []);
  const placeOf = ({ name, pool = DEFAULT_NODE_POOL }: NodeReport) => ({
    cluster: source.clusterId,
    node: name,
    node_pool: pool,
  });
  new Gauge({
    name: SERIES.nodeInfo,
    help: '1 for each node; hostname and Hostname are its name in the labels of GPU exporters.',
    labelNames: SCHEDULER_LABELS.nodeInfo,
    registers,
    collect() {
      this.reset();
      for (const node of nodes()) this.set({ ...placeOf(node), hostname: node.name, Hostname: node.name }, 1);
    },
  });
  new Gauge({
    name: SERIES.gpuFree,
    help: 'GPUs that can still be allocated, by device; 0 for a device that is in use by other pods or unavailable.',
    labelNames: SCHEDULER_LABELS.gpuFree,
    registers,
    collect() {
      this.reset();
      for (const node of nodes())
        for (const { index, unavailable, allocatedMilliGpu } of node.devices)
          this.set(
            { ...placeOf(node), gpu: String(index) },
            unavailable ? 0 : Math.max(0, 1000 - allocatedMilliGpu) / 1000,
          );
    },
  });
}
