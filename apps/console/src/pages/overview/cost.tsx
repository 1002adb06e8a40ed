import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { number, percent } from '../../components/values/numbers';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { useNow } from '../../components/values/when';

const DAYS = 7;
const HOUR_MS = 3_600_000;
const SHOWN = 8;

type Row = BodyOf<'get_usage'>['usage'][number];

/** What projects held in the last week, how much of it was idle, and what that cost. */
export function CostByProject(): ReactElement {
  const end = Math.ceil(useNow() / HOUR_MS) * HOUR_MS;
  const query = useOperation(
    'get_usage',
    {
      query: {
        start: new Date(end - DAYS * 24 * HOUR_MS).toISOString(),
        end: new Date(end).toISOString(),
        groupBy: 'project',
        limit: 500,
      },
    },
    { everyMs: 60_000 },
  );
  return (
    <Panel
      title="Cost and idle by project"
      aside={<Link href={`/usage?days=${DAYS}`}>Last {DAYS} days</Link>}
    >
      <Loaded query={query}>
        {({ usage, currency }) =>
          usage.length === 0 ? (
            <Empty title="Nothing was used">No workload held a GPU in the last {DAYS} days.</Empty>
          ) : (
            <Table rows={usage} currency={currency} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Table({
  rows,
  currency,
}: {
  readonly rows: readonly Row[];
  readonly currency: string | undefined;
}): ReactElement {
  const largest = rows.toSorted((a, b) => b.allocatedGpuHours - a.allocatedGpuHours).slice(0, SHOWN);
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Cost and idle by project">
      <table>
        <thead>
          <tr>
            <th scope="col">Project</th>
            {['GPU-hours', 'idle', ...(currency === undefined ? [] : [currency])].map((head) => (
              <th key={head} scope="col" className="number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {largest.map(({ groups: [group], allocatedGpuHours, idleGpuHours, cost }) => (
            <tr key={group?.value ?? ''}>
              <td>
                <Link href={`/workloads?project=${encodeURIComponent(group?.name ?? '')}`}>
                  {group?.name ?? group?.value ?? 'not known'}
                </Link>
              </td>
              <td className="number">{number(allocatedGpuHours)}</td>
              <td className="number">
                {idleGpuHours === undefined ? 'not measured' : percent(idleGpuHours, allocatedGpuHours)}
              </td>
              {currency === undefined ? null : (
                <td className="number">{cost === undefined ? '–' : number(cost)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
