import type { Changed } from '../outcome';
import type { Page, Paged, Sorting } from '../reading/workload-reader';
import type { OrgUnitQuery, QuotaResources, Stamped } from './org-unit';

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

/** Projects, each with its policy. */
export interface ProjectStore {
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
}
