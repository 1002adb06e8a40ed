import { useOperation } from '../../../api/use-operation';
import type { May } from '../../../api/rights';

/** Names of subjects of the platform, as far as the reader may see them. */
export interface SubjectNames {
  /** Client ids. */
  readonly applications: readonly string[];
  /** Emails. */
  readonly users: readonly string[];
  /** The name of the subject with this id; what is no id that is known stays as it is. */
  readonly nameOf: (subjectId: string) => string;
}

/** Reads names of applications and users, so that rules which name them by id can be read. */
export function useSubjectNames(may: May): SubjectNames {
  const applications = useOperation('get_applications', {}, { enabled: may('apps', 'read') }).data ?? [];
  const users = useOperation('get_users', {}, { enabled: may('users', 'read') }).data ?? [];
  const byId = new Map([
    ...applications.map(({ id, clientId }) => [id, clientId] as const),
    ...users.map(({ id, username }) => [id, username] as const),
  ]);
  return {
    applications: applications.map(({ clientId }) => clientId),
    users: users.map(({ username }) => username),
    nameOf: (subjectId) => byId.get(subjectId) ?? subjectId,
  };
}
