import { useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { number } from '../../parts/numbers';
import { Empty, Loaded } from '../../parts/states';
import { useNow } from '../../parts/when';
import { UsageDownload } from './usage-download';

type Row = BodyOf<'get_usage'>['usage'][number];

const GROUPS = [
  ['project', 'Project'],
  ['department', 'Department'],
  ['workload', 'Workload'],
  ['nodePool', 'Node pool'],
  ['gpuType', 'GPU type'],
  ['key', 'Key'],
  ['model', 'Model'],
  ['day', 'Day'],
] as const;
const DAYS = [1, 7, 30, 90] as const;
const HOUR_MS = 3_600_000;
const HEADS = [
  'GPU-hours held',
  'used',
  'idle',
  'Requests',
  'Tokens in',
  'of them cached',
  'Tokens out',
] as const;

/** GPU-hours, requests, tokens and cost, by what the reader chooses. */
export default function Usage(): ReactElement {
  const [group, setGroup] = useState<string>('project');
  const [days, setDays] = useState<number>(7);
  const end = Math.ceil(useNow() / HOUR_MS) * HOUR_MS;
  const query = {
    start: new Date(end - days * 24 * HOUR_MS).toISOString(),
    end: new Date(end).toISOString(),
    groupBy: group,
    limit: 500,
  };
  const report = useOperation('get_usage', { query }, { everyMs: 60_000 });
  return (
    <>
      <div className="title">
        <h1>Usage and cost</h1>
        <UsageDownload query={query} />
      </div>
      <div className="bar">
        <div className="field">
          <label htmlFor="usage-group">By</label>
          <select id="usage-group" value={group} onChange={({ target }) => setGroup(target.value)}>
            {GROUPS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="usage-days">Over</label>
          <select id="usage-days" value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {DAYS.map((one) => (
              <option key={one} value={one}>
                {one === 1 ? 'the last day' : `the last ${one} days`}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Loaded query={report} lines={8}>
        {({ usage, currency }) =>
          usage.length === 0 ? (
            <Empty title="Nothing was used in this time" />
          ) : (
            <Table
              rows={usage}
              currency={currency}
              head={GROUPS.find(([value]) => value === group)?.[1] ?? group}
            />
          )
        }
      </Loaded>
    </>
  );
}

function Table({
  rows,
  currency,
  head,
}: {
  readonly rows: readonly Row[];
  readonly currency: string | undefined;
  readonly head: string;
}): ReactElement {
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Usage">
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {[...HEADS, ...(currency === undefined ? [] : [currency])].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.groups.map(({ value }) => value).join(' ')}>
              <td>{nameOf(row)}</td>
              {amountsOf(row, currency !== undefined).map((amount, index) => (
                <td key={HEADS[index] ?? 'cost'} className="number">
                  {amount === undefined ? '–' : number(amount)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const nameOf = ({ groups: [group] }: Row): string => group?.name ?? group?.value ?? 'not known';

const amountsOf = (row: Row, priced: boolean): readonly (number | undefined)[] => [
  row.allocatedGpuHours,
  row.usedGpuHours,
  row.idleGpuHours,
  row.requests,
  row.inputTokens,
  row.cachedTokens,
  row.outputTokens,
  ...(priced ? [row.cost] : []),
];
