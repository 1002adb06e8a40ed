import { useOperation } from '../../../api/use-operation';

/** Something that can be picked. */
export interface Option {
  readonly id: string;
  readonly name: string;
  /** Where it is, for those with the same name. */
  readonly where?: string | undefined;
}

/** A page of what was found; undefined until it is known. */
export interface Found {
  readonly options: readonly Option[] | undefined;
  /** The API has more than it answered: the reader types a part of the name. */
  readonly more: boolean;
  readonly error: unknown;
}

/** Options of a list at once; those who look for another one type a part of its name. */
const SHOWN = 50;

export function useProjects(search: string, enabled = true): Found {
  const query = { limit: SHOWN, sortBy: 'name', ...(search === '' ? {} : { search }) };
  const { data, error } = useOperation('get_projects', { query }, { enabled });
  const options = data?.projects.map(({ id, name, parent }) => ({ id, name, where: parent?.name }));
  return { options, more: data?.next !== undefined, error };
}

export function useWorkloads(search: string, enabled = true): Found {
  const query = { limit: SHOWN, sortBy: 'name', sortOrder: 'asc', ...(search === '' ? {} : { search }) };
  const { data, error } = useOperation('get_workloads', { query }, { enabled });
  const options = data?.workloads.map(({ id, name, projectName }) => ({ id, name, where: projectName }));
  return { options, more: data?.next !== undefined, error };
}

export function useDepartments(search: string, enabled = true): Found {
  const query = { limit: SHOWN, sortBy: 'name', ...(search === '' ? {} : { filterBy: `name=@${search}` }) };
  const { data, error } = useOperation('get_departments', { query }, { enabled });
  return {
    options: data?.departments.map(({ id, name }) => ({ id, name })),
    more: data?.next !== undefined,
    error,
  };
}
