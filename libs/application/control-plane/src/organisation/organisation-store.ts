import type { ClusterStore } from './cluster-store';
import type { DepartmentStore } from './department-store';
import type { NodePoolStore } from './node-pool-store';
import type { ProjectStore } from './project-store';

/** Departments, projects, clusters and node pools. */
export interface OrganisationStore extends DepartmentStore, ProjectStore, ClusterStore, NodePoolStore {}
