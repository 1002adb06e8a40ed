import { isDeepStrictEqual } from 'node:util';
import { can, type ResourceScope, type Principal } from '@tessera/application-control-plane';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/**
 * Only a caller with the permission in the parent scope (`above`, without the organisation unit itself) sets its quota.
 */
export const maySetQuota = (
  principal: Principal,
  resource: 'departments' | 'projects',
  above: ResourceScope,
): boolean => can(principal, resource, 'update', above);

/** Callers with the permission only in the organisation unit may send its quota unchanged and change other fields. */
export function refuseOtherQuota(
  orgUnit: keyof typeof SET_BY,
  current: readonly unknown[],
  asked: readonly unknown[],
): void {
  if (isDeepStrictEqual(current, asked)) return;
  const why = `resources: the quota of a ${orgUnit} is set by ${SET_BY[orgUnit]}; send it unchanged`;
  throw new HttpError(403, ERRORS[403].message, why);
}
const SET_BY = {
  department: 'who may update the departments of its cluster',
  project: 'who may update the projects of its department',
} as const;
