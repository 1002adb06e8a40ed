import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { number } from '../../components/values/numbers';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { When } from '../../components/values/when';

/** Workloads that hold GPUs and have had no work for a day. */
export function IdleWorkloads(): ReactElement {
  const query = useOperation(
    'get_idle_workloads',
    { query: { minHours: 24, limit: 10 } },
    { everyMs: 300_000 },
  );
  return (
    <Panel title="Idle, and what it costs" aside={<Link href="/usage">no work for a day</Link>}>
      <Loaded query={query}>{(idle) => <IdleList idle={idle} />}</Loaded>
    </Panel>
  );
}

/** Idle workloads, those that waste most first. */
export function IdleList({
  idle: { workloads, currency },
}: {
  readonly idle: BodyOf<'get_idle_workloads'>;
}): ReactElement {
  if (workloads.length === 0)
    return (
      <Empty title="Nothing is idle">
        Every workload that holds GPUs has had work in this time, or was not measured.
      </Empty>
    );
  return (
    <ul className="steps">
      {workloads.map(({ workloadId, name, projectName, allocatedGpus, idleSince, idleGpuHours, cost }) => (
        <li key={workloadId}>
          <When at={idleSince} />
          <div>
            <Link href={`/workloads/${workloadId}`}>{name}</Link>{' '}
            <span className="soft">in {projectName}</span>
            <div className="small">
              holds {number(allocatedGpus)} GPU: {number(idleGpuHours)} GPU-hours without work
              {cost === undefined ? '' : `, ${number(cost)} ${currency ?? ''}`}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
