import { isDeepStrictEqual } from 'node:util';
import { can, type Principal, type ResourceScope } from '../access/access';
import type { Declined } from '../outcome';
import type { QuotaResources } from './org-unit';

const SET_BY = {
  department: 'who may update the departments of its cluster',
  project: 'who may update the projects of its department',
} as const;

/**
 * Only a caller with the permission in the parent scope (`above`, without the organisation unit itself) sets its quota.
 */
export const maySetQuota = (caller: Principal, orgUnit: keyof typeof SET_BY, above: ResourceScope): boolean =>
  can(caller, `${orgUnit}s`, 'update', above);

/**
 * Callers with the permission only in the organisation unit may send its quota unchanged and change other fields;
 * returns why another quota is declined.
 */
export function declinedQuota(
  orgUnit: keyof typeof SET_BY,
  current: QuotaResources,
  asked: unknown,
): Declined | undefined {
  if (isDeepStrictEqual(current, asked)) return undefined;
  const details = `resources: the quota of a ${orgUnit} is set by ${SET_BY[orgUnit]}; send it unchanged`;
  return { kind: 'forbidden', reason: { details } };
}
