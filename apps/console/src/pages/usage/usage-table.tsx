import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { number } from '../../components/values/numbers';
import type { Row, Totals } from './totals';
import { GROUPS, type UsageView } from './usage-range';

const HEADS = [
  'GPU-hours held',
  'used',
  'idle',
  'Requests',
  'Tokens in',
  'of them cached',
  'Tokens out',
] as const;

/** Usage by group, with its sum. What was not measured is a dash, never 0. */
export function UsageTable({
  rows,
  totals,
  currency,
  view: { group, second },
}: {
  readonly rows: readonly Row[];
  readonly totals: Totals;
  readonly currency: string | undefined;
  readonly view: UsageView;
}): ReactElement {
  const groups = [group, second].flatMap((one) => GROUPS.find(([value]) => value === one)?.[1] ?? []);
  const amounts = (row: Totals): ReactNode =>
    amountsOf(row, currency !== undefined).map((amount, index) => (
      <td key={HEADS[index] ?? 'cost'} className="number">
        {amount === undefined ? '–' : number(amount)}
      </td>
    ));
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Usage">
      <table>
        <thead>
          <tr>
            {groups.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            {[...HEADS, ...(currency === undefined ? [] : [`Cost, ${currency}`])].map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.groups.map(({ value }) => value).join(' ')}>
              {row.groups.map((one) => (
                <td key={one.key}>
                  <Group group={one} />
                </td>
              ))}
              {amounts(row)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={groups.length}>
              All
            </th>
            {amounts(totals)}
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Group({ group: { key, value, name } }: { readonly group: Row['groups'][number] }): ReactElement {
  const text = name ?? value;
  if (text === undefined) return <span className="soft">not known</span>;
  if (key === 'workload') return <Link href={`/workloads/${value ?? ''}`}>{text}</Link>;
  if (key === 'project') return <Link href={`/workloads?project=${encodeURIComponent(text)}`}>{text}</Link>;
  if (key === 'day') return <>{text.slice(0, 10)}</>;
  if (key === 'hour') return <>{text.slice(0, 16).replace('T', ' ')} UTC</>;
  return <>{text}</>;
}

const amountsOf = (row: Totals, priced: boolean): readonly (number | undefined)[] => [
  row.allocatedGpuHours,
  row.usedGpuHours,
  row.idleGpuHours,
  row.requests,
  row.inputTokens,
  row.cachedTokens,
  row.outputTokens,
  ...(priced ? [row.cost] : []),
];
