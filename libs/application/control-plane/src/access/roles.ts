import { ACTIONS, RESOURCES, type Action, type Resource } from '@tessera/contracts-rest';

/** A named set of rights. */
export interface Role {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly rights: Readonly<Partial<Record<Resource, readonly Action[]>>>;
}

const all: readonly Action[] = ACTIONS;
const read: readonly Action[] = ['read'];
const every = (actions: readonly Action[]): Role['rights'] =>
  Object.fromEntries(RESOURCES.map((resource) => [resource, actions]));

const readOrganisation: Role['rights'] = {
  workloads: read,
  projects: read,
  departments: read,
  clusters: read,
  nodes: read,
  nodepools: read,
  policies: read,
  roles: read,
  'data-volumes': read,
};

/** Id of the role that reads everything in its scope and changes nothing. */
export const VIEWER = 9;

/** The predefined roles, named as the reference names them (§5). */
export const ROLES: readonly Role[] = [
  {
    id: 1,
    name: 'System administrator',
    description: 'Everything, everywhere in its scope.',
    rights: every(all),
  },
  {
    id: 2,
    name: 'Department administrator',
    description: 'Projects, people and workloads of a department.',
    rights: {
      ...readOrganisation,
      inferences: all,
      workloads: all,
      projects: all,
      departments: ['read', 'update'],
      policies: all,
      users: read,
      applications: read,
      'access-rules': all,
      'data-volumes': all,
      credentials: all,
    },
  },
  {
    id: 3,
    name: 'Department viewer',
    description: 'Reads everything of a department.',
    rights: { ...readOrganisation, inferences: read, users: read, 'access-rules': read },
  },
  {
    id: 4,
    name: 'Editor',
    description: 'Workloads, policies and data of a project.',
    rights: {
      ...readOrganisation,
      inferences: all,
      workloads: all,
      policies: all,
      'data-volumes': all,
      credentials: all,
    },
  },
  {
    id: 5,
    name: 'Research manager',
    description: 'Projects and who works in them; workloads to read.',
    rights: { ...readOrganisation, inferences: read, projects: all, 'access-rules': all, users: read },
  },
  {
    id: 6,
    name: 'L1 researcher',
    description: 'Workloads and data of a project.',
    rights: {
      ...readOrganisation,
      inferences: all,
      workloads: all,
      'data-volumes': ['read', 'create'],
      credentials: ['read', 'create'],
    },
  },
  {
    id: 7,
    name: 'L2 researcher',
    description: 'Workloads of a project.',
    rights: { ...readOrganisation, inferences: all, workloads: all },
  },
  {
    id: 8,
    name: 'ML engineer',
    description: 'Inferences of a project.',
    rights: { ...readOrganisation, inferences: all },
  },
  {
    id: VIEWER,
    name: 'Viewer',
    description: 'Reads everything of a project.',
    rights: { ...readOrganisation, inferences: read },
  },
];

const byId = new Map(ROLES.map((role) => [role.id, role]));

export const roleById = (id: number): Role | undefined => byId.get(id);
