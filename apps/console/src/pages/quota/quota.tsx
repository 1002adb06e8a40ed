import { useMemo, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { useRights } from '../../api/use-rights';
import { PageTitle } from '../../components/layout/page-title';
import { Empty, Loaded, Problem } from '../../components/layout/states';
import { PENDING_QUERY } from '../overview/pending';
import { DepartmentTable } from './department-table';
import './quota.css';
import { sharesOf } from './share';

const MOST = 500;
const EVERY_MS = 15_000;

/** Deserved, used and awaited GPUs of departments and projects, by node pool. */
export default function Quota(): ReactElement {
  const [, navigate] = useLocation();
  const chosen = new URLSearchParams(useSearch()).get('pool') ?? '';
  const projects = useOperation(
    'get_projects',
    { query: { limit: MOST, sortBy: 'name' } },
    { everyMs: EVERY_MS },
  );
  const may = useRights();
  const departments = useOperation(
    'get_departments',
    { query: { limit: MOST } },
    { everyMs: EVERY_MS, enabled: may?.('department', 'read') === true },
  );
  const pools = useOperation('get_node_pools', {}, { everyMs: 60_000 });
  const held = useOperation(
    'get_projects_telemetry',
    { query: { telemetryType: 'GPU_ALLOCATION', groupBy: 'ProjectId,NodepoolId' } },
    { everyMs: EVERY_MS },
  );
  const pending = useOperation('get_workloads', { query: PENDING_QUERY }, { everyMs: EVERY_MS });
  const shares = useMemo(
    () =>
      sharesOf({
        projects: projects.data?.projects ?? [],
        departments: departments.data?.departments ?? [],
        pools: (pools.data?.nodepools ?? []).filter(({ name }) => chosen === '' || name === chosen),
        held: held.data?.values ?? [],
        pending: pending.data?.workloads ?? [],
      }),
    [projects.data, departments.data, pools.data, held.data, pending.data, chosen],
  );
  const names = [...new Set(pools.data?.nodepools.map(({ name }) => name))];
  return (
    <>
      <PageTitle name="Quota">
        <div className="field">
          <label htmlFor="quota-pool">Node pool</label>
          <select
            id="quota-pool"
            value={chosen}
            onChange={({ target: { value } }) =>
              navigate(value === '' ? '/quota' : `/quota?pool=${encodeURIComponent(value)}`, {
                replace: true,
              })
            }
          >
            <option value="">All</option>
            {names.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
      </PageTitle>
      {held.error === null || held.data !== undefined ? null : (
        <Problem error={held.error} retry={() => void held.refetch()} />
      )}
      <Loaded query={pools} lines={8}>
        {() => (
          <Loaded query={projects} lines={8}>
            {({ projects: all }) =>
              all.length === 0 ? (
                <Empty title="No project">The reader may see none, or there is none yet.</Empty>
              ) : (
                <>
                  {all.length < MOST ? null : (
                    <p className="small soft">The first {MOST} projects by name are shown.</p>
                  )}
                  {shares.map((department) => (
                    <DepartmentTable
                      key={department.id}
                      of={department}
                      department={departments.data?.departments.find(({ id }) => id === department.id)}
                    />
                  ))}
                </>
              )
            }
          </Loaded>
        )}
      </Loaded>
    </>
  );
}
