import { SCHEDULER_LABELS, SERIES } from '@tessera/contracts-metrics';
import type { ClusterNode } from '@tessera/domain-placement';
import { Gauge, type Registry } from '@tessera/platform-telemetry';

/** Source of the gauges of nodes, read at each scrape. */
export interface KnownNodes {
  /** A standby exports nothing, or sums would count every node twice. */
  readonly leading: boolean;
  nodes(): readonly ClusterNode[];
}

const labelsOf = ({ name: node, pool = '' }: ClusterNode) => ({ node, pool });

/** The model that most devices of the node have; a node has one in practice. */
const modelOf = ({ devices }: ClusterNode): string => devices[0]?.model ?? '';

/** Registers the gauges of nodes and their devices, as placement sees them. */
export function nodeGauges(registry: Registry, source: KnownNodes): void {
  const registers = [registry];
  const nodes = (): readonly ClusterNode[] => (source.leading ? source.nodes() : []);
  new Gauge({
    name: SERIES.nodeReady,
    help: '1 where replicas may be placed on the node; 0 where it is cordoned or not Ready.',
    labelNames: SCHEDULER_LABELS.nodeReady,
    registers,
    collect() {
      this.reset();
      for (const node of nodes()) this.set(labelsOf(node), node.unschedulable ? 0 : 1);
    },
  });
  new Gauge({
    name: SERIES.nodeGpus,
    help: 'Devices of the node that may be used, by their model.',
    labelNames: SCHEDULER_LABELS.nodeGpus,
    registers,
    collect() {
      this.reset();
      for (const node of nodes()) {
        const usable = node.devices.filter(({ unavailable }) => unavailable !== true).length;
        this.set({ ...labelsOf(node), model: modelOf(node) }, usable);
      }
    },
  });
}
