import type { DataSource, EntityManager } from 'typeorm';
import type {
  Changed,
  DepartmentRecord,
  NewDepartment,
  NewProject,
  NodePoolRecord,
  OrganisationStore,
  Page,
  Paged,
  ProjectChange,
  ProjectRecord,
  QuotaResources,
  Sorting,
  OrgUnitQuery,
  Visibility,
} from '@tessera/application-control-plane';
import { deservedOf, type QuotaPool } from '@tessera/application-control-plane';
import { DEFAULT_RECORD_LIMIT, demandRecordSize, type OutgoingRecord } from '@tessera/application-messaging';
import type { OrganisationUnit } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { appendOutbox } from '../outbox';
import { changing } from './changing';
import { Conditions } from './filters';
import {
  DEPARTMENT_FIELDS,
  PROJECT_FIELDS,
  departmentConditions,
  projectConditions,
  type Fields,
} from './organisation-conditions';
import {
  toCluster,
  toDepartment,
  toNodePool,
  toProject,
  type ClusterRow,
  type DepartmentRow,
  type NodePoolRow,
  type ProjectRow,
} from './organisation-rows';

const DEPARTMENTS = 'select d.* from api.departments d';
const PROJECTS = `select p.*, d.tenant_id, d.name as department_name,
  coalesce((select sum(w.allocated_milli_gpu) from api.workloads w where w.project_id = p.id and w.deleted_at is null), 0) as allocated
  from api.projects p join api.departments d on d.id = p.department_id`;

interface OrgUnitRow {
  readonly id: string;
  readonly name: string;
  readonly cluster_id: string;
  readonly version: string;
  readonly resources: QuotaResources;
  readonly namespace?: string;
  readonly inference_policy?: { readonly guardrails?: OrganisationUnit['guardrails'] } | null;
}
type Scope = OrganisationUnit['scope'];

/**
 * The organisation on Postgres. `tell` creates the messages to a cluster about a changed organisation unit; they are
 * written with the change.
 */
export class PostgresOrganisation implements OrganisationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tell: (orgUnit: OrganisationUnit) => readonly OutgoingRecord[],
    /** Maximum record size of the topics, bytes. Larger records are rejected with a `RecordTooLargeError`. */
    private readonly recordLimit = DEFAULT_RECORD_LIMIT,
  ) {}

  departments(query: OrgUnitQuery, sorting: Sorting, page: Page): Promise<Paged<DepartmentRecord>> {
    return this.page<DepartmentRow, DepartmentRecord>(
      { select: DEPARTMENTS, fields: DEPARTMENT_FIELDS, alias: 'd', conditions: departmentConditions(query) },
      sorting,
      page,
      toDepartment,
    );
  }

  async department(id: string): Promise<DepartmentRecord | undefined> {
    const rows: DepartmentRow[] = await this.dataSource.query(`${DEPARTMENTS} where d.id = $1`, [id]);
    return rows[0] && toDepartment(rows[0]);
  }

  createDepartment(department: NewDepartment): Promise<Changed<DepartmentRecord>> {
    const { tenantId, clusterId, name, resources, by } = department;
    return changing(async () => {
      const id = await this.changeOrgUnit('department', async (tx) => {
        const rows: OrgUnitRow[] = await tx.query(
          `insert into api.departments (id, tenant_id, cluster_id, name, resources, created_by, updated_by)
           values (nextval('api.org_ids')::text, $1, $2, $3, $4, $5, $5) returning *`,
          [tenantId, clusterId, name, JSON.stringify(resources), by],
        );
        return rows[0];
      });
      return this.department(id ?? '');
    });
  }

  updateDepartment(id: string, resources: QuotaResources, by: string): Promise<Changed<DepartmentRecord>> {
    return changing(async () => {
      await this.changeOrgUnit('department', async (tx) => {
        const [rows]: [OrgUnitRow[]] = await tx.query(
          `update api.departments set resources = $2, updated_by = $3, updated_at = now(), version = version + 1
           where id = $1 returning *`,
          [id, JSON.stringify(resources), by],
        );
        return rows[0];
      });
      return this.department(id);
    });
  }

  deleteDepartment(id: string): Promise<Changed<undefined>> {
    return changing(async () => {
      await this.removeOrgUnit('department', id);
      return 'done';
    }).then(withoutValue);
  }

  projects(query: OrgUnitQuery, sorting: Sorting, page: Page): Promise<Paged<ProjectRecord>> {
    return this.page<ProjectRow, ProjectRecord>(
      { select: PROJECTS, fields: PROJECT_FIELDS, alias: 'p', conditions: projectConditions(query) },
      sorting,
      page,
      toProject,
    );
  }

  async countProjects(query: OrgUnitQuery): Promise<number> {
    const conditions = projectConditions(query);
    const rows: { count: string }[] = await this.dataSource.query(
      `select count(*) as count from api.projects p join api.departments d on d.id = p.department_id ${conditions.where()}`,
      conditions.values,
    );
    return Number(rows[0]?.count ?? 0);
  }

  async project(id: string): Promise<ProjectRecord | undefined> {
    const rows: ProjectRow[] = await this.dataSource.query(`${PROJECTS} where p.id = $1`, [id]);
    return rows[0] && toProject(rows[0]);
  }

  createProject(project: NewProject): Promise<Changed<ProjectRecord>> {
    const { departmentId, clusterId, name, namespace, defaultNodePools, nodeTypes, resources, by } = project;
    return changing(async () => {
      const id = await this.changeOrgUnit('project', async (tx) => {
        const rows: OrgUnitRow[] = await tx.query(
          `insert into api.projects (id, department_id, cluster_id, name, namespace, default_node_pools, node_types,
             resources, created_by, updated_by)
           values (nextval('api.org_ids')::text, $1, $2, $3, $4, $5, $6, $7, $8, $8) returning *`,
          [
            departmentId,
            clusterId,
            name,
            namespace,
            JSON.stringify(defaultNodePools),
            nodeTypes === null ? null : JSON.stringify(nodeTypes),
            JSON.stringify(resources),
            by,
          ],
        );
        return rows[0];
      });
      return this.project(id ?? '');
    });
  }

  updateProject(id: string, change: ProjectChange): Promise<Changed<ProjectRecord>> {
    const { defaultNodePools, nodeTypes, resources, by } = change;
    return changing(async () => {
      await this.changeOrgUnit('project', async (tx) => {
        const [rows]: [OrgUnitRow[]] = await tx.query(
          `update api.projects set resources = coalesce($2, resources), updated_by = $3, updated_at = now(), version = version + 1,
             default_node_pools = coalesce($4, default_node_pools), node_types = coalesce($5, node_types)
           where id = $1 returning *`,
          [
            id,
            resources === undefined ? null : JSON.stringify(resources),
            by,
            defaultNodePools === undefined ? null : JSON.stringify(defaultNodePools),
            nodeTypes === undefined || nodeTypes === null ? null : JSON.stringify(nodeTypes),
          ],
        );
        return rows[0];
      });
      return this.project(id);
    });
  }

  deleteProject(id: string): Promise<Changed<undefined>> {
    return changing(async () => {
      await this.removeOrgUnit('project', id);
      return 'done';
    }).then(withoutValue);
  }

  async policy(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const rows: { inference_policy: Readonly<Record<string, unknown>> | null }[] =
      await this.dataSource.query('select inference_policy from api.projects where id = $1', [projectId]);
    return rows[0]?.inference_policy ?? undefined;
  }

  async setPolicy(projectId: string, policy: object | undefined, by: string): Promise<void> {
    await this.changeOrgUnit('project', async (tx) => {
      const [rows]: [OrgUnitRow[]] = await tx.query(
        `update api.projects set inference_policy = $2, updated_by = $3, updated_at = now(), version = version + 1
         where id = $1 returning *`,
        [projectId, policy === undefined ? null : JSON.stringify(policy), by],
      );
      return rows[0];
    });
  }

  async clusters(seen: Visibility) {
    const conditions = new Conditions();
    conditions.add(`c.tenant_id = ${conditions.value(seen.tenantId)} and c.deleted_at is null`);
    if (!seen.all)
      conditions.add(`(c.id::text = any(${conditions.value(seen.clusters)})
        or exists (select 1 from api.departments d where d.cluster_id = c.id and d.id = any(${conditions.value(seen.departments)}))
        or exists (select 1 from api.projects p where p.cluster_id = c.id and p.id = any(${conditions.value(seen.projects)})))`);
    const rows: ClusterRow[] = await this.dataSource.query(
      `select c.* from api.clusters c ${conditions.where()} order by c.created_at, c.id`,
      conditions.values,
    );
    return rows.map(toCluster);
  }

  async cluster(id: string) {
    const rows: ClusterRow[] = await this.dataSource.query(
      'select * from api.clusters where id = $1 and deleted_at is null',
      [id],
    );
    return rows[0] && toCluster(rows[0]);
  }

  async createCluster(cluster: Parameters<OrganisationStore['createCluster']>[0]) {
    const { id, tenantId, name, domain, version, nodePoolLabel, by } = cluster;
    const isNew = await this.dataSource.transaction(async (tx) => {
      const made: unknown[] = await tx.query(
        `insert into api.clusters (id, tenant_id, name, domain, version)
         select $1::uuid, $2::integer, $3::text, $4, $5 where not exists
           (select 1 from api.clusters where tenant_id = $2::integer and name = $3::text and deleted_at is null)
         returning id`,
        [id, tenantId, name, domain, version],
      );
      if (made.length > 0)
        await tx.query(
          `insert into api.node_pools (cluster_id, name, label_key, label_value, is_default, created_by, updated_by)
           values ($1, 'default', $2, 'default', true, $3, $3)`,
          [id, nodePoolLabel, by],
        );
      return made.length > 0;
    });
    const made = isNew ? await this.cluster(id) : undefined;
    return made === undefined ? ({ ok: false, why: 'taken' } as const) : ({ ok: true, value: made } as const);
  }

  async clusterIds(): Promise<readonly string[]> {
    const rows: { id: string }[] = await this.dataSource.query(
      'select id from api.clusters where deleted_at is null order by id',
    );
    return rows.map(({ id }) => id);
  }

  async sawCluster(id: string, at: string): Promise<void> {
    await this.dataSource.query('update api.clusters set last_liveness = $2 where id = $1', [id, at]);
  }

  async nodePools(clusterId: string | undefined, tenantId: number) {
    const rows: NodePoolRow[] = await this.dataSource.query(
      `select n.* from api.node_pools n join api.clusters c on c.id = n.cluster_id
       where c.tenant_id = $1 and ($2::uuid is null or n.cluster_id = $2::uuid) order by n.id`,
      [tenantId, clusterId ?? null],
    );
    return rows.map(toNodePool);
  }

  createNodePool(pool: Parameters<OrganisationStore['createNodePool']>[0]): Promise<Changed<NodePoolRecord>> {
    return changing(async () => {
      const rows: NodePoolRow[] = await this.dataSource.query(
        `insert into api.node_pools (cluster_id, name, label_key, label_value, placement_strategy,
           over_provisioning_ratio, created_by, updated_by) values ($1, $2, $3, $4, $5, $6, $7, $7) returning *`,
        [
          pool.clusterId,
          pool.name,
          pool.labelKey,
          pool.labelValue,
          pool.placementStrategy === null ? null : JSON.stringify(pool.placementStrategy),
          pool.overProvisioningRatio,
          pool.by,
        ],
      );
      return rows[0] && toNodePool(rows[0]);
    });
  }

  /**
   * Changes an organisation unit and queues the message to its cluster in one transaction. Returns the id; undefined if
   * there is no such unit.
   */
  private changeOrgUnit(
    scope: Scope,
    change: (tx: EntityManager) => Promise<OrgUnitRow | undefined>,
    removed = false,
  ): Promise<string | undefined> {
    return this.dataSource.transaction(async (tx) => {
      const row = await change(tx);
      if (row === undefined) return undefined;
      const pools: QuotaPool[] = await tx.query(
        'select id, name, is_default as "isDefault" from api.node_pools where cluster_id = $1',
        [row.cluster_id],
      );
      const guardrails = row.inference_policy?.guardrails;
      const orgUnit = {
        clusterId: row.cluster_id,
        scope,
        id: row.id,
        name: row.name,
        version: Number(row.version),
        removed,
        deserved: removed ? [] : deservedOf(row.resources, pools),
        ...maybe('namespace', row.namespace),
        ...(guardrails === undefined || removed ? {} : { guardrails }),
      };
      const records = this.tell(orgUnit);
      demandRecordSize(records, this.recordLimit);
      await appendOutbox(tx, 'api', records);
      return row.id;
    });
  }

  private removeOrgUnit(scope: Scope, id: string): Promise<string | undefined> {
    const remove = async (tx: EntityManager): Promise<OrgUnitRow | undefined> => {
      const [rows]: [OrgUnitRow[]] = await tx.query(`delete from api.${scope}s where id = $1 returning *`, [
        id,
      ]);
      return rows[0] && { ...rows[0], version: String(Number(rows[0].version) + 1) };
    };
    return this.changeOrgUnit(scope, remove, true);
  }

  private async page<R, T>(
    list: {
      readonly select: string;
      readonly fields: Fields;
      readonly alias: string;
      readonly conditions: Conditions;
    },
    { by, order }: Sorting,
    { offset, limit }: Page,
    map: (row: R) => T,
  ): Promise<Paged<T>> {
    const { select, fields, alias, conditions } = list;
    const first = by === undefined ? undefined : fields[by];
    const ties = `${alias}.created_at ${order}, ${alias}.id ${order}`;
    const sorted = first === undefined ? ties : `${first.sql} ${order} nulls last, ${ties}`;
    const bounds = `limit ${conditions.value(limit + 1)} offset ${conditions.value(offset)}`;
    const sql = `${select} ${conditions.where()} order by ${sorted} ${bounds}`;
    const rows: R[] = await this.dataSource.query(sql, conditions.values);
    const items = rows.slice(0, limit).map(map);
    return rows.length > limit ? { items, next: offset + limit } : { items };
  }
}

const withoutValue = (changed: Changed<string>): Changed<undefined> =>
  changed.ok ? { ok: true, value: undefined } : changed;

/** A department is visible to callers who may see it, its cluster, or one of its projects. */
