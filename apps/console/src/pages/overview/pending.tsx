import { useMemo, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { Panel } from '../../components/layout/panel';
import { Empty, Loaded } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { reasonsOf } from './reasons';

/** Those that wait longest; more of them than a page of the API are not read. */
export const PENDING_QUERY = {
  filterBy: 'phase==Pending',
  sortBy: 'createdAt',
  sortOrder: 'asc',
  limit: 500,
} as const;
/** So many are named. */
const NAMED = 5;

type Workload = BodyOf<'get_workloads'>['workloads'][number];

/** Why workloads wait, by reason, and those that have waited longest. */
export function Pending(): ReactElement {
  const query = useOperation('get_workloads', { query: PENDING_QUERY });
  return (
    <Panel title="Waiting, and why" aside={<Link href="/workloads?phase=Pending">All that are pending</Link>}>
      <Loaded query={query}>
        {({ workloads }) =>
          workloads.length === 0 ? (
            <Empty title="Nothing waits">Every workload has the replicas that it asks for.</Empty>
          ) : (
            <>
              <Reasons workloads={workloads} />
              <h3>Longest waiting</h3>
              <ul className="steps">
                {workloads.slice(0, NAMED).map(({ id, name, projectName, phaseMessage = '', createdAt }) => (
                  <li key={id}>
                    <When at={createdAt} />
                    <div>
                      <Link href={`/workloads/${id}`}>{name}</Link>{' '}
                      <span className="soft">in {projectName}</span>
                      <div className="small clamp">
                        {phaseMessage === '' ? 'No reason is known yet.' : phaseMessage}
                      </div>
                    </div>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Reasons({ workloads }: { readonly workloads: readonly Workload[] }): ReactElement {
  const reasons = useMemo(
    () => reasonsOf(workloads.map(({ phaseMessage = '' }) => phaseMessage)),
    [workloads],
  );
  const most = Math.max(...reasons.map(({ count }) => count));
  return (
    <>
      {workloads.length < PENDING_QUERY.limit ? null : (
        <p className="small soft">Of the {PENDING_QUERY.limit} that have waited longest.</p>
      )}
      <ul className="bars">
        {reasons.map(({ title, phrase, count }) => (
          <li key={`${title} ${phrase}`}>
            <Link
              href={`/workloads?phase=Pending${phrase === '' ? '' : `&reason=${encodeURIComponent(phrase.trim())}`}`}
            >
              {title}
            </Link>
            <span className="number">{count}</span>
            <span className="share" data-tone="warn" aria-hidden="true">
              <span style={{ width: `${(100 * count) / most}%` }} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
