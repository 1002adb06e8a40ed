import type { ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import { number } from '../../parts/numbers';
import { Empty, Loaded } from '../../parts/states';
import { QuotaChange } from './quota-change';
import { shareOf, type Pool, type Project } from './share';

const PROJECTS = 500;
const HEADS = [
  'Project',
  'Department',
  'Node pool',
  'GPUs deserved',
  'allocated',
  'asked for',
  'Use',
  'Change',
];

/** Deserved and allocated GPUs of every project, by node pool. */
export default function Quota(): ReactElement {
  const projects = useOperation(
    'get_projects',
    { query: { limit: PROJECTS, sortBy: 'name' } },
    { everyMs: 15_000 },
  );
  const pools = useOperation('get_node_pools', {}, { everyMs: 60_000 });
  return (
    <>
      <h1>Quota</h1>
      <Loaded query={pools} lines={8}>
        {({ nodepools }) => (
          <Loaded query={projects} lines={8}>
            {(page) => <Table projects={page.projects} pools={nodepools} />}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function Table({
  projects,
  pools,
}: {
  readonly projects: readonly Project[];
  readonly pools: BodyOf<'get_node_pools'>['nodepools'];
}): ReactElement {
  if (projects.length === 0) return <Empty title="No project">The reader may see none.</Empty>;
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Quota by project">
      <table>
        <thead>
          <tr>
            {HEADS.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {projects.flatMap((project) =>
            pools
              .filter(({ clusterId }) => clusterId === project.clusterId)
              .map((pool) => <Row key={`${project.id} ${pool.id}`} project={project} pool={pool} />),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Row({ project, pool }: { readonly project: Project; readonly pool: Pool }): ReactElement {
  const { deserved, allocated, requested } = shareOf(project, pool);
  return (
    <tr>
      <td>{project.name}</td>
      <td>{project.parent?.name}</td>
      <td>{pool.name}</td>
      <td className="number">{deserved === undefined ? 'no quota' : number(deserved)}</td>
      <td className="number">{number(allocated)}</td>
      <td className="number">{number(requested)}</td>
      <td>
        {deserved === undefined ? null : (
          <meter
            min={0}
            max={Math.max(deserved, allocated, 1)}
            value={allocated}
            aria-label={`Use of the quota of ${project.name} in ${pool.name}`}
          >
            {number(allocated)} of {number(deserved)}
          </meter>
        )}
      </td>
      <td>
        <QuotaChange project={project} pool={pool} />
      </td>
    </tr>
  );
}
