import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Counter, type Registry } from '@tessera/platform-telemetry';
import type { RoutingTable } from '../routing/routing-table';
import type { Choice } from './choose';

/**
 * Exports why replicas were chosen, only for workloads with a choice other than `none`: most have no other, and their
 * series would make up much of a scrape.
 */
export function exportChoices(registry: Registry, table: RoutingTable): void {
  new Counter({
    name: SERIES.gatewayChoices,
    help: 'Requests assigned to replicas, by why the replica was chosen.',
    labelNames: GATEWAY_LABELS.gatewayChoices,
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, project, name, choices } of table.all()) {
        const each = Object.entries(choices) as [Choice, number][];
        if (!each.some(([choice, count]) => choice !== 'none' && count > 0)) continue;
        for (const [choice, count] of each)
          this.inc({ workload_id: id, project, workload: name, choice }, count);
      }
    },
  });
}
