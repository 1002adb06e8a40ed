import type { OrganisationFigures } from '@tessera/adapter-postgres';
import { API_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Registry } from '@tessera/platform-telemetry';
import { organisationGauges } from './organisation-gauges';

const quota = { cluster: 'c1', orgUnit: 'project', id: '7', nodePool: 'p1', gpus: 4 } as const;
const FIGURES: OrganisationFigures = {
  quotas: [quota, { ...quota, orgUnit: 'department', cpuCores: 2.5, memoryBytes: 1e9 }],
  workloads: [
    {
      ...{ cluster: 'c1', departmentId: '3', projectId: '7' },
      phase: 'Running',
      category: 'Deploy',
      count: 2,
    },
  ],
  poolWorkloads: [{ cluster: 'c1', nodePool: 'p1', phase: 'Running', category: 'Deploy', count: 2 }],
  waits: [{ cluster: 'c1', nodePool: '', seconds: 12.5 }],
};

async function page(figures: () => Promise<OrganisationFigures>): Promise<string> {
  const registry = new Registry();
  organisationGauges(registry, figures);
  return registry.metrics();
}

describe('the gauges of quotas and workloads', () => {
  it.each(Object.keys(API_LABELS) as (keyof typeof API_LABELS)[])(
    'include %s of the contract',
    async (name) => expect(await page(async () => FIGURES)).toContain(`# TYPE ${SERIES[name]} gauge`),
  );

  it('export what the organisation may have and what it runs', async () => {
    const lines = (await page(async () => FIGURES)).split('\n').filter((line) => /^[a-z]/.test(line));
    const place = 'cluster="c1",org_unit="project",org_unit_id="7",node_pool="p1"';
    const above = place.replace('project', 'department');
    expect(lines).toEqual([
      `tessera_quota_gpus{${place}} 4`,
      `tessera_quota_gpus{${above}} 4`,
      `tessera_quota_cpu_cores{${above}} 2.5`,
      `tessera_quota_memory_bytes{${above}} 1000000000`,
      'tessera_workloads{cluster="c1",department_id="3",project_id="7",phase="Running",category="Deploy"} 2',
      'tessera_node_pool_workloads{cluster="c1",node_pool="p1",phase="Running",category="Deploy"} 2',
      'tessera_workload_wait_seconds{cluster="c1",node_pool=""} 12.5',
    ]);
  });

  it('leave the rest of a scrape when the database is gone', async () => {
    const lines = (await page(() => Promise.reject(new Error('gone')))).split('\n');
    expect(lines.filter((line) => /^[a-z]/.test(line))).toEqual([]);
  });
});
