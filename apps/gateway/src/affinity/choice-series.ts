import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Counter, type Registry } from '@tessera/platform-telemetry';
import type { RoutingTable } from '../routing/routing-table';
import type { Choice } from './choose';

/**
 * Exports for what replicas were chosen, of each workload that had a reason to prefer one: most have none, and a series
 * for each would make up much of a scrape.
 */
export function exportChoices(registry: Registry, table: RoutingTable): void {
  new Counter({
    name: SERIES.gatewayChoices,
    help: 'Places given at replicas, by what the replica was chosen for.',
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
