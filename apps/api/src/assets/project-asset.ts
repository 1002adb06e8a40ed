import { isObjectName, type Violation } from '@tessera/domain-workload';
import type { Call } from '../http/call';
import { forbidden, orNotFound } from '../http/changed';
import { badRequest } from '../wire/violations';

/** The violation of a name that no Kubernetes object can have. */
export const objectName = (field: string, name: string): readonly Violation[] =>
  isObjectName(name) ? [] : [{ field, message: `Kubernetes cannot hold an object named "${name}"` }];

/** Resolves the project that a body names; reports every violation of the body in one response. */
export function projectOf({ project }: Call, field: string, id: string, found: readonly Violation[]) {
  const missing = project === undefined ? [{ field, message: `there is no project ${id}` }] : [];
  if (project === undefined || found.length > 0) throw badRequest([...missing, ...found]);
  return project;
}

/**
 * The requested asset. Where there is none, throws 404 to tenant-wide callers and 403 to all others, which must not
 * learn whether another project has it.
 */
export function seenOne<T>({ all }: { readonly all: boolean }, [found]: readonly T[]): T {
  if (found === undefined && !all) throw forbidden();
  return orNotFound(found);
}
