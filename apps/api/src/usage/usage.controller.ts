import { Controller, Inject, Optional } from '@nestjs/common';
import { PostgresActivityStore, PostgresUsageReader } from '@tessera/adapter-postgres';
import { visibility } from '@tessera/application-control-plane';
import { idleWorkloads } from '@tessera/application-usage';
import type { Input } from '@tessera/contracts-rest';
import { HOUR_MS, hourOf, type Period, type PriceTable } from '@tessera/domain-usage';
import { maybe, type Clock } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { csv, wantsCsv } from '../http/csv';
import { badRequest } from '../http/filters/violations';
import { Operation } from '../http/operation';
import { CLOCK } from '../providers';
import { toIdle, usageTable } from './usage-body';

export const PRICES = Symbol('price table');

/** Usage of GPUs, and workloads that hold GPUs without work. */
@Controller()
export class UsageController {
  constructor(
    private readonly reader: PostgresUsageReader,
    private readonly activity: PostgresActivityStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(PRICES) private readonly prices: PriceTable | undefined,
  ) {}

  @Operation('get_usage')
  async report({ query }: Input<'get_usage'>, call: Call): Reply<'get_usage'> {
    const { groupBy, workloadId, projectId, departmentId, nodePool } = query;
    const period = periodOf(query);
    const { prices } = this;
    const now = this.clock.now();
    const asked = {
      ...{ seen: visibility(principalOf(call), 'workloads'), period, now, groupBy, prices },
      ...{ workloadIds: workloadId, projectIds: projectId, departmentIds: departmentId, nodePools: nodePool },
    };
    const page = await this.reader.report(asked, query);
    const body = {
      start: new Date(period.from).toISOString(),
      end: new Date(Math.max(period.from, Math.min(period.to, now))).toISOString(),
      ...maybe('currency', prices?.currency),
      ...maybe('next', page.next),
      usage: page.items.map(({ groups, ...amounts }) => ({ groups: [...groups], ...amounts })),
    };
    return wantsCsv(call.headers)
      ? csv(usageTable(groupBy, page.items, prices?.currency), body)
      : { status: 200, body };
  }

  @Operation('get_idle_workloads')
  async idle({ query }: Input<'get_idle_workloads'>, call: Call): Reply<'get_idle_workloads'> {
    const { offset, limit, minHours } = query;
    const { prices } = this;
    const now = this.clock.now();
    const seen = visibility(principalOf(call), 'workloads');
    const found = await idleWorkloads(this.activity, seen, now, minHours * HOUR_MS);
    const workloads = [];
    for (const idle of found.slice(offset, offset + limit)) {
      const period = { from: hourOf(idle.idleSince), to: hourOf(now) + HOUR_MS };
      const workloadIds = [idle.workload.workloadId];
      const held = await this.reader.report(
        { seen, period, now, groupBy: [], workloadIds, prices },
        { offset: 0, limit: 1 },
      );
      workloads.push(toIdle(idle, held.items[0]));
    }
    const next = found.length > offset + limit ? offset + limit : undefined;
    const body = { ...maybe('currency', prices?.currency), ...maybe('next', next), workloads };
    return { status: 200, body };
  }
}

/** The full hours that the times lie in. */
function periodOf({ start, end }: { readonly start: string; readonly end: string }): Period {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (from >= to) throw badRequest([{ field: 'start', message: 'must be before end' }]);
  return { from: hourOf(from), to: hourOf(to - 1) + HOUR_MS };
}
