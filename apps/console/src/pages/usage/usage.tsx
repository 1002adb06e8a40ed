import type { ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { number, percent } from '../../components/values/numbers';
import { PageTitle } from '../../components/layout/page-title';
import { Figure } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { useNow } from '../../components/values/when';
import { IdleFinder } from './idle-finder';
import { totalsOf, type Row, type Totals } from './totals';
import { UsageChoice } from './usage-choice';
import { UsageDownload } from './usage-download';
import { usageAddress, usageQuery, usageView, type UsageView } from './usage-range';
import { UsageTable } from './usage-table';

/** GPU-hours, requests, tokens and cost, by what the reader chooses, and what holds GPUs in vain. */
export default function Usage(): ReactElement {
  const [, navigate] = useLocation();
  const view = usageView(useSearch());
  const query = usageQuery(view, useNow());
  const report = useOperation('get_usage', { query }, { everyMs: 60_000 });
  const show = (change: Partial<UsageView>): void =>
    navigate(usageAddress({ ...view, ...change }), { replace: true });
  return (
    <>
      <PageTitle name="Usage and cost">
        <UsageDownload query={query} />
      </PageTitle>
      <UsageChoice view={view} show={show} />
      <Loaded query={report} lines={8}>
        {({ usage, currency, next }) =>
          usage.length === 0 ? (
            <Empty title="Nothing was used in this time">
              Usage appears within an hour of the first replica that holds a GPU.
            </Empty>
          ) : (
            <Report rows={usage} currency={currency} isCut={next !== undefined} view={view} />
          )
        }
      </Loaded>
      <IdleFinder />
    </>
  );
}

function Report({
  rows,
  currency,
  isCut,
  view,
}: {
  readonly rows: readonly Row[];
  readonly currency: string | undefined;
  readonly isCut: boolean;
  readonly view: UsageView;
}): ReactElement {
  const totals = totalsOf(rows);
  return (
    <>
      {isCut ? (
        <p className="small soft">
          The first {number(rows.length)} groups are shown and added up; fewer days or other groups show all.
        </p>
      ) : null}
      <Sums totals={totals} currency={currency} />
      <UsageTable rows={rows} totals={totals} currency={currency} view={view} />
    </>
  );
}

function Sums({
  totals,
  currency,
}: {
  readonly totals: Totals;
  readonly currency: string | undefined;
}): ReactElement {
  const {
    allocatedGpuHours = 0,
    measuredGpuHours = 0,
    usedGpuHours,
    idleGpuHours,
    requests = 0,
    outputTokens = 0,
  } = totals;
  return (
    <div className="figures">
      <Figure label="GPU-hours held" value={number(allocatedGpuHours)} />
      <Figure
        label="Used"
        value={usedGpuHours === undefined ? '–' : percent(usedGpuHours, measuredGpuHours)}
        hint={
          usedGpuHours === undefined
            ? 'not measured'
            : `of the ${percent(measuredGpuHours, allocatedGpuHours)} that were measured`
        }
      />
      <Figure
        label="Idle"
        value={idleGpuHours === undefined ? '–' : percent(idleGpuHours, allocatedGpuHours)}
        hint={idleGpuHours === undefined ? 'not measured' : `${number(idleGpuHours)} GPU-hours`}
        tone={idleGpuHours !== undefined && idleGpuHours > 0 ? 'warn' : undefined}
      />
      <Figure label="Requests" value={number(requests)} hint={`${number(outputTokens)} tokens out`} />
      <Figure
        label="Cost"
        value={totals.cost === undefined ? '–' : number(totals.cost)}
        hint={currency ?? 'no prices are set (TESSERA_PRICES_FILE)'}
      />
    </div>
  );
}
