import type { Filter } from '@tessera/contracts-rest';
import type { Grant, ScopeType, Visibility } from '../access/access';
import type { Subject } from '../access/tokens';
import type { Page, Paged, Sorting } from '../reading/workload-reader';

/** Quota per node pool, as sent by the client. */
export type QuotaResources = readonly Readonly<Record<string, unknown>>[];

interface Stamped {
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export interface DepartmentRecord extends Stamped {
  readonly id: string;
  readonly tenantId: number;
  readonly clusterId: string;
  readonly name: string;
  readonly resources: QuotaResources;
}

export interface ProjectRecord extends Stamped {
  readonly id: string;
  readonly tenantId: number;
  readonly clusterId: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly name: string;
  readonly namespace: string;
  readonly defaultNodePools: readonly string[];
  readonly nodeTypes: Readonly<Record<string, unknown>> | null;
  readonly resources: QuotaResources;
  /** GPUs that existing workloads of the project hold, in thousandths. */
  readonly allocatedMilliGpu: number;
}

export interface ClusterRecord {
  readonly id: string;
  readonly tenantId: number;
  readonly name: string;
  readonly domain: string | null;
  readonly version: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastLiveness: string | null;
}

export interface NodePoolRecord extends Stamped {
  readonly id: number;
  readonly clusterId: string;
  readonly name: string;
  readonly labelKey: string;
  readonly labelValue: string;
  readonly isDefault: boolean;
  readonly placementStrategy: Readonly<Record<string, unknown>> | null;
  readonly overProvisioningRatio: number;
}

export interface NewDepartment {
  readonly tenantId: number;
  readonly clusterId: string;
  readonly name: string;
  readonly resources: QuotaResources;
  readonly by: string;
}

export interface NewProject {
  readonly departmentId: string;
  readonly clusterId: string;
  readonly name: string;
  readonly namespace: string;
  readonly defaultNodePools: readonly string[];
  readonly nodeTypes: Readonly<Record<string, unknown>> | null;
  readonly resources: QuotaResources;
  readonly by: string;
}

/** Absent fields stay unchanged. */
export interface ProjectChange {
  readonly defaultNodePools?: readonly string[];
  readonly nodeTypes?: Readonly<Record<string, unknown>> | null;
  readonly resources?: QuotaResources;
  readonly by: string;
}

export interface OrgUnitQuery {
  readonly seen: Visibility;
  readonly filters: readonly Filter[];
  /** Text that the name contains. */
  readonly search?: string;
}

/** Result of a change: `taken` and `in-use` report a conflict with another resource. */
export type Changed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: 'taken' | 'in-use' | 'not-found' };

/** Departments, projects, clusters and node pools. */
export interface OrganisationStore {
  departments(query: OrgUnitQuery, sorting: Sorting, page: Page): Promise<Paged<DepartmentRecord>>;
  department(id: string): Promise<DepartmentRecord | undefined>;
  createDepartment(department: NewDepartment): Promise<Changed<DepartmentRecord>>;
  updateDepartment(id: string, resources: QuotaResources, by: string): Promise<Changed<DepartmentRecord>>;
  deleteDepartment(id: string): Promise<Changed<undefined>>;

  projects(query: OrgUnitQuery, sorting: Sorting, page: Page): Promise<Paged<ProjectRecord>>;
  countProjects(query: OrgUnitQuery): Promise<number>;
  project(id: string): Promise<ProjectRecord | undefined>;
  createProject(project: NewProject): Promise<Changed<ProjectRecord>>;
  updateProject(id: string, change: ProjectChange): Promise<Changed<ProjectRecord>>;
  deleteProject(id: string): Promise<Changed<undefined>>;
  policy(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  setPolicy(
    projectId: string,
    policy: Readonly<Record<string, unknown>> | undefined,
    by: string,
  ): Promise<void>;

  clusters(seen: Visibility): Promise<readonly ClusterRecord[]>;
  cluster(id: string): Promise<ClusterRecord | undefined>;
  createCluster(cluster: {
    readonly id: string;
    readonly tenantId: number;
    readonly name: string;
    readonly domain: string | null;
    readonly version: string | null;
    /** Label that distinguishes the nodes of its pools; the pool `default` is created with the cluster. */
    readonly nodePoolLabel: string;
    readonly by: string;
  }): Promise<Changed<ClusterRecord>>;
  /** Ids of all clusters, of every tenant. */
  clusterIds(): Promise<readonly string[]>;
  /** Records a heartbeat of the cluster's scheduler. */
  sawCluster(id: string, at: string): Promise<void>;
  nodePools(clusterId: string | undefined, tenantId: number): Promise<readonly NodePoolRecord[]>;
  createNodePool(
    pool: Omit<NodePoolRecord, keyof Stamped | 'id' | 'isDefault'> & { readonly by: string },
  ): Promise<Changed<NodePoolRecord>>;
}

export interface SubjectRecord extends Subject {
  readonly createdAt: string;
  readonly createdBy: string;
  readonly lastLogin: string | null;
}

/** A subject to be created. The client id of a user is the email, in lower case. */
export type NewSubject = Omit<Subject, 'secretVersion'> & { readonly createdBy: string };

export interface AccessRuleRecord extends Grant {
  readonly id: number;
  readonly tenantId: number;
  readonly subjectId: string;
  readonly subjectType: 'user' | 'app' | 'group' | 'service-account';
  /** Issuer whose tokens name the subject like this; null if it is left open. */
  readonly issuer: string | null;
  /** Name of the scope, or its id if it has been deleted. */
  readonly scopeName: string;
  readonly createdAt: string;
  readonly createdBy: string;
}

export interface AccessRuleQuery {
  readonly seen: Visibility;
  readonly subjectType?: string;
  readonly subjectIdFilter?: string;
  readonly scopeType?: ScopeType;
  readonly scopeId?: string;
  readonly roleId?: number;
}

/** Users, applications and the access rules that grant them rights. */
export interface AccessStore {
  subjects(tenantId: number, kind: 'user' | 'app'): Promise<readonly SubjectRecord[]>;
  subject(tenantId: number, kind: 'user' | 'app', id: string): Promise<SubjectRecord | undefined>;
  createSubject(subject: NewSubject): Promise<Changed<SubjectRecord>>;
  /** Replaces the secret; tokens issued for the old one become invalid. */
  setSecret(id: string, secretHash: string): Promise<void>;
  deleteSubject(id: string): Promise<void>;
  rules(
    query: AccessRuleQuery,
    page: Page,
  ): Promise<{ readonly rules: readonly AccessRuleRecord[]; readonly total: number }>;
  rule(id: number, tenantId: number): Promise<AccessRuleRecord | undefined>;
  createRule(
    rule: Omit<AccessRuleRecord, 'id' | 'scopeName' | 'createdAt'>,
  ): Promise<Changed<AccessRuleRecord>>;
  deleteRule(id: number): Promise<void>;
}
