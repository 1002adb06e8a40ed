import { isObjectName, type Violation } from '@tessera/domain-workload';
import type { AssetStore } from './assets';
import type { Visibility } from '../access/access';
import type { Outcome } from '../outcome';
import type { ProjectPlace } from '../workloads/model';

/** Dependencies of creating an asset. */
export interface AssetDependencies {
  readonly store: Pick<AssetStore, 'createCredential' | 'createDataVolume'>;
  readonly newId: () => string;
}

/** The project that a request names: its id, and the project itself where it exists and the caller may use it. */
export interface NamedProject {
  readonly id: string;
  readonly project: ProjectPlace | undefined;
}

/** The violation of a name that no Kubernetes object can have. */
export const objectName = (field: string, name: string): readonly Violation[] =>
  isObjectName(name) ? [] : [{ field, message: `"${name}" is not a valid name of a Kubernetes object` }];

/** The project of a new asset; otherwise every violation of the request, that of a missing project first. */
export function projectFor(
  field: string,
  { id, project }: NamedProject,
  found: readonly Violation[],
): Outcome<ProjectPlace> {
  const missing = project === undefined ? [{ field, message: `there is no project ${id}` }] : [];
  return project === undefined || found.length > 0
    ? { kind: 'invalid', violations: [...missing, ...found] }
    : { kind: 'done', value: project };
}

/**
 * The asset that was found. Where there is none, `not-found` to tenant-wide callers and `forbidden` to all others, who
 * must not learn whether another project has it.
 */
export const visibleAsset = <T>({ all }: Visibility, [found]: readonly T[]): Outcome<T> => {
  if (found !== undefined) return { kind: 'done', value: found };
  return all ? { kind: 'not-found' } : { kind: 'forbidden' };
};
