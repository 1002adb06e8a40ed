import type { OrganisationFigures, QuotaFigure } from '@tessera/adapter-postgres';
import { API_LABELS, SERIES } from '@tessera/contracts-metrics';
import { AtScrape, Gauge, type Registry } from '@tessera/platform-telemetry';

/**
 * Registers the gauges of quotas and workloads. `figures` is called once per scrape; without an answer there are no
 * series.
 */
export function organisationGauges(registry: Registry, figures: () => Promise<OrganisationFigures>): void {
  const atScrape = new AtScrape(figures);
  const gauge = <const N extends keyof typeof API_LABELS>(
    name: N,
    help: string,
    samplesOf: (now: OrganisationFigures) => readonly Sample<N>[],
  ): void => {
    new Gauge({
      name: SERIES[name],
      help,
      labelNames: [...API_LABELS[name]],
      registers: [registry],
      async collect() {
        const now = await atScrape.answer();
        this.reset();
        for (const [labels, value] of now === undefined ? [] : samplesOf(now)) this.set(labels, value);
      },
    });
  };
  gauge('quotaGpus', 'Deserved GPUs of a project or department.', ({ quotas }) =>
    quotas.map((quota) => [placeOf(quota), quota.gpus]),
  );
  gauge('quotaCpuCores', 'Deserved cores of a project or department.', ({ quotas }) =>
    quotas.flatMap((quota) => (quota.cpuCores === undefined ? [] : [[placeOf(quota), quota.cpuCores]])),
  );
  gauge('quotaMemory', 'Deserved memory of a project or department.', ({ quotas }) =>
    quotas.flatMap((quota) => (quota.memoryBytes === undefined ? [] : [[placeOf(quota), quota.memoryBytes]])),
  );
  gauge('workloads', 'Workloads that are not deleted.', ({ workloads }) =>
    workloads.map(({ cluster, departmentId, projectId, phase, category, count }) => [
      { cluster, department_id: departmentId, project_id: projectId, phase, category },
      count,
    ]),
  );
  gauge(
    'poolWorkloads',
    'Workloads by the node pools of their pods, else by those that they request.',
    ({ poolWorkloads }) =>
      poolWorkloads.map(({ cluster, nodePool, phase, category, count }) => [
        { cluster, node_pool: nodePool, phase, category },
        count,
      ]),
  );
  gauge(
    'waitSeconds',
    'Mean pending time of the workloads that are pending, s; for the whole cluster where node_pool is empty.',
    ({ waits }) => waits.map(({ cluster, nodePool, seconds }) => [{ cluster, node_pool: nodePool }, seconds]),
  );
}

type Sample<N extends keyof typeof API_LABELS> = readonly [
  Readonly<Record<(typeof API_LABELS)[N][number], string>>,
  number,
];

const placeOf = ({ cluster, orgUnit, id, nodePool }: QuotaFigure) => ({
  cluster,
  org_unit: orgUnit,
  org_unit_id: id,
  node_pool: nodePool,
});
