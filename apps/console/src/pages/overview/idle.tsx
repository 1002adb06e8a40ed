import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { number } from '../../parts/numbers';
import { Panel } from '../../parts/panel';
import { Empty, Loaded } from '../../parts/states';
import { When } from '../../parts/when';

/** Workloads that hold GPUs and have had no work for a day. */
export function IdleWorkloads(): ReactElement {
  const query = useOperation(
    'get_idle_workloads',
    { query: { minHours: 24, limit: 10 } },
    { everyMs: 300_000 },
  );
  return (
    <Panel title="Idle, and what it costs" aside={<span className="soft small">no work for a day</span>}>
      <Loaded query={query}>
        {({ workloads, currency }) =>
          workloads.length === 0 ? (
            <Empty title="Nothing is idle">
              Every workload that holds GPUs has had work today, or was not measured.
            </Empty>
          ) : (
            <ul className="steps">
              {workloads.map(
                ({ workloadId, name, projectName, allocatedGpus, idleSince, idleGpuHours, cost }) => (
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
                ),
              )}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
