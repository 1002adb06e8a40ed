import type { AccessStore, SubjectDependencies } from '@tessera/application-control-plane';

/** Injection token of {@link Subjects}. */
export const SUBJECT_DEPENDENCIES = Symbol('dependencies of subjects');

/** The store of users and applications, and what changing them needs. */
export interface Subjects extends SubjectDependencies {
  readonly access: AccessStore;
}
