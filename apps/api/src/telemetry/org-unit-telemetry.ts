import {
  can,
  orgUnitParts,
  sumsOf,
  visibility,
  type MeasuredOrgUnit,
  type OrganisationStore,
  type Part,
  type Principal,
  type TelemetryValue,
  type WorkloadReader,
} from '@tessera/application-control-plane';
import { readFilter, type OrgUnitTelemetryType } from '@tessera/contracts-rest';
import { everyPage } from '../organisation/every-page';

type Store = Pick<OrganisationStore, 'projects' | 'departments' | 'clusters' | 'nodePools'>;

/** Which projects or departments are summed up, and how. */
export interface OrgUnitTelemetryQuery {
  readonly telemetryType: OrgUnitTelemetryType;
  readonly clusterId?: string | undefined;
  readonly departmentId?: string | undefined;
  readonly groupBy?: readonly string[] | undefined;
}

/** Telemetry of projects and departments: their quotas, and what their placed pods hold. */
export class OrgUnitTelemetry {
  constructor(
    private readonly store: Store,
    private readonly reader: Pick<WorkloadReader, 'held'>,
  ) {}

  /** Of the projects that the caller may see. */
  async ofProjects(
    query: OrgUnitTelemetryQuery & { readonly nodepoolId?: string | undefined },
    principal: Principal,
  ): Promise<readonly TelemetryValue[]> {
    const { clusterId, departmentId, nodepoolId } = query;
    const filters = [
      ...(clusterId === undefined ? [] : [readFilter(`clusterId==${clusterId}`)]),
      ...(departmentId === undefined || departmentId === ''
        ? []
        : [readFilter(`departmentId==${departmentId}`)]),
    ];
    const asked = { seen: visibility(principal, 'projects'), filters };
    // No department has an empty id, and no filter an empty value.
    const projects =
      departmentId === ''
        ? []
        : await everyPage((page) => this.store.projects(asked, { order: 'asc' }, page));
    const orgUnits = projects.map(({ departmentName, ...project }) => ({
      ...project,
      department: { id: project.departmentId, name: departmentName },
    }));
    const isIn = ({ groups }: Part): boolean =>
      nodepoolId === undefined || groups['NodepoolId']?.value === nodepoolId;
    return this.sums('project', orgUnits, isIn, query, principal);
  }

  /** Of the departments that the caller may read as a whole: who sees a project of one learns nothing of the others. */
  async ofDepartments(
    query: OrgUnitTelemetryQuery & { readonly nodepoolName?: string | undefined },
    principal: Principal,
  ): Promise<readonly TelemetryValue[]> {
    const { clusterId, departmentId, nodepoolName } = query;
    const { tenantId } = principal;
    const asked = { seen: visibility(principal, 'departments'), filters: [] };
    const all = await everyPage((page) => this.store.departments(asked, { order: 'asc' }, page));
    const orgUnits = all.filter(
      (one) =>
        (clusterId === undefined || one.clusterId === clusterId.toLowerCase()) &&
        (departmentId === undefined || one.id === departmentId) &&
        can(principal, 'departments', 'read', {
          tenantId,
          clusterId: one.clusterId,
          departmentId: one.id,
        }),
    );
    const isIn = ({ groups }: Part): boolean =>
      nodepoolName === undefined || groups['NodepoolName']?.value === nodepoolName;
    return this.sums('department', orgUnits, isIn, query, principal);
  }

  private async sums(
    by: 'project' | 'department',
    orgUnits: readonly MeasuredOrgUnit[],
    isIn: (part: Part) => boolean,
    { telemetryType, groupBy = [] }: OrgUnitTelemetryQuery,
    principal: Principal,
  ): Promise<readonly TelemetryValue[]> {
    const ids = orgUnits.map(({ id }) => id);
    const [held, pools, clusters] = await Promise.all([
      this.reader.held(by, ids),
      this.store.nodePools(undefined, principal.tenantId),
      this.store.clusters(visibility(principal, `${by}s`)),
    ]);
    const parts = orgUnitParts(telemetryType, { orgUnits, held, pools, clusters });
    const sums = sumsOf(parts.filter(isIn), groupBy);
    return sums.length === 0 && groupBy.length === 0 ? [{ value: 0, groups: [] }] : sums;
  }
}
