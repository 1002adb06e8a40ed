import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useRights } from '../../api/use-rights';
import { number } from '../../components/values/numbers';
import { Panel } from '../../components/layout/panel';
import { useConsole } from '../../shell/console';
import { QuotaChange } from './quota-change';
import {
  overBy,
  withDeserved,
  type Department,
  type DepartmentShares,
  type Project,
  type Share,
} from './share';

const HEADS = ['Deserved', 'Used', 'Waiting'] as const;

/** Quotas of a department and of its projects; those who may change them have a button. */
export function DepartmentTable({
  of: { name, shares, projects },
  department,
}: {
  readonly of: DepartmentShares;
  /** Undefined where the reader may not read it. */
  readonly department: Department | undefined;
}): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const may = useRights();
  const mayChange = may?.('project', 'update') === true;
  const mayChangeDepartment = department !== undefined && may?.('department', 'update') === true;
  const saveProject = async (project: Project, share: Share, deserved: number): Promise<void> => {
    const { defaultNodePools, nodeTypes, schedulingRules } = project;
    const resources = withDeserved(project.resources, share.pool, deserved);
    const body = { resources, defaultNodePools, nodeTypes, schedulingRules };
    await api.call('update_project', { params: { projectId: project.id }, body });
    await queries.invalidateQueries({ queryKey: ['get_projects'] });
  };
  const saveDepartment = async (
    { id, resources }: Department,
    share: Share,
    deserved: number,
  ): Promise<void> => {
    const body = { resources: withDeserved(resources, share.pool, deserved) };
    await api.call('update_department', { params: { departmentId: id }, body });
    await queries.invalidateQueries({ queryKey: ['get_departments'] });
  };
  return (
    <Panel
      title={name === '' ? 'Projects' : name}
      aside={<span className="small soft">{count(projects.length)}</span>}
    >
      <div className="table" tabIndex={0} role="region" aria-label={`Quota of ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Project</th>
              <th scope="col">Node pool</th>
              {HEADS.map((head) => (
                <th key={head} scope="col" className="number">
                  {head}
                </th>
              ))}
              <th scope="col">Use of the quota</th>
              {mayChange || mayChangeDepartment ? <th scope="col">Change</th> : null}
            </tr>
          </thead>
          <tbody className="sums">
            {shares.map((share) => (
              <Row
                key={share.pool.id}
                name="All projects"
                share={share}
                promised={share.promised}
                waitingHref={undefined}
                change={
                  mayChangeDepartment ? (
                    <QuotaChange
                      of={name}
                      pool={share.pool.name}
                      deserved={share.deserved}
                      hint={`Its projects deserve ${number(share.promised)} GPUs together and use ${number(share.used)}.`}
                      save={(deserved) => saveDepartment(department, share, deserved)}
                    />
                  ) : mayChange ? (
                    <></>
                  ) : undefined
                }
              />
            ))}
          </tbody>
          <tbody>
            {projects.flatMap(({ project, shares: own }) =>
              own.map((share) => (
                <Row
                  key={`${project.id} ${share.pool.id}`}
                  name={project.name}
                  share={share}
                  waitingHref={`/workloads?phase=Pending&project=${encodeURIComponent(project.name)}`}
                  change={
                    mayChange ? (
                      <QuotaChange
                        of={project.name}
                        pool={share.pool.name}
                        deserved={share.deserved}
                        hint={`It uses ${number(share.used)} now. What runs over a smaller quota stays; what comes then waits.`}
                        save={(deserved) => saveProject(project, share, deserved)}
                      />
                    ) : mayChangeDepartment ? (
                      <></>
                    ) : undefined
                  }
                />
              )),
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

const count = (projects: number): string => `${projects} ${projects === 1 ? 'project' : 'projects'}`;

function Row({
  name,
  share,
  promised,
  waitingHref,
  change,
}: {
  readonly name: string;
  readonly share: Share;
  readonly promised?: number;
  readonly waitingHref: string | undefined;
  readonly change: ReactElement | undefined;
}): ReactElement {
  const { pool, deserved, used, waiting, waitingWorkloads } = share;
  const waits = waitingWorkloads === 0 ? '–' : `${number(waiting)} GPU, ${waitingWorkloads} pending`;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{pool.name}</td>
      <td className="number">
        {deserved === undefined ? <span className="soft">no quota</span> : number(deserved)}
        {promised === undefined || promised === 0 || promised === deserved ? null : (
          <div className="small soft">{number(promised)} by projects</div>
        )}
      </td>
      <td className="number">{number(used)}</td>
      <td className="number">
        {waitingHref === undefined || waitingWorkloads === 0 ? (
          waits
        ) : (
          <Link href={waitingHref}>{waits}</Link>
        )}
      </td>
      <td>
        <Use share={share} />
      </td>
      {change === undefined ? null : <td>{change}</td>}
    </tr>
  );
}

/** Use of a quota; what lies over it is marked, by a word too. */
function Use({ share }: { readonly share: Share }): ReactElement | null {
  const { deserved, used } = share;
  if (deserved === undefined) return used > 0 ? <span className="small soft">without a quota</span> : null;
  const over = overBy(share);
  const whole = Math.max(deserved, used);
  const part = (amount: number): string => `${whole === 0 ? 0 : (100 * amount) / whole}%`;
  return (
    <div className="use">
      <span className="share" aria-hidden="true">
        <span data-tone="busy" style={{ width: part(used - over) }} />
        <span data-tone="warn" className="over" style={{ width: part(over) }} />
      </span>
      {over === 0 ? null : (
        <span className="phase small" data-tone="warn" data-shape="square">
          over by {number(over)}
        </span>
      )}
    </div>
  );
}
