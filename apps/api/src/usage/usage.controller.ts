import { Controller, Inject } from '@nestjs/common';
import { PostgresUsageReader } from '@tessera/adapter-postgres';
import { visibility } from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { HOUR_MS, hourOf, type Period } from '@tessera/domain-usage';
import type { Clock } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { csv, wantsCsv } from '../http/csv';
import { badRequest } from '../http/filters/violations';
import { Operation } from '../http/operation';
import { CLOCK } from '../providers';
import { usageTable } from './usage-body';

/** What GPUs were used for. */
@Controller()
export class UsageController {
  constructor(
    private readonly reader: PostgresUsageReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Operation('get_usage')
  async report({ query }: Input<'get_usage'>, call: Call): Reply<'get_usage'> {
    const { groupBy, workloadId, projectId, departmentId, nodePool } = query;
    const period = periodOf(query);
    const now = this.clock.now();
    const page = await this.reader.report(
      {
        seen: visibility(principalOf(call), 'workloads'),
        period,
        now,
        groupBy,
        workloadIds: workloadId,
        projectIds: projectId,
        departmentIds: departmentId,
        nodePools: nodePool,
      },
      query,
    );
    const body = {
      start: new Date(period.from).toISOString(),
      end: new Date(Math.max(period.from, Math.min(period.to, now))).toISOString(),
      ...(page.next === undefined ? {} : { next: page.next }),
      usage: page.items.map(({ groups, ...amounts }) => ({ groups: [...groups], ...amounts })),
    };
    return wantsCsv(call.headers) ? csv(usageTable(groupBy, page.items), body) : { status: 200, body };
  }
}

/** The full hours that the times lie in. */
function periodOf({ start, end }: { readonly start: string; readonly end: string }): Period {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (from >= to) throw badRequest([{ field: 'start', message: 'must be before end' }]);
  return { from: hourOf(from), to: hourOf(to - 1) + HOUR_MS };
}
