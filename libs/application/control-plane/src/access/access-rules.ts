import type { OrganisationStore } from '../organisation/organisation-store';
import type { Outcome } from '../outcome';
import { can, canWidely, type Principal } from './access';
import type { AccessRuleRecord, AccessStore } from './access-store';
import { placeOfScope } from './give-role';

/** Dependencies of {@link findAccessRule}. */
export interface AccessRuleDependencies {
  readonly access: Pick<AccessStore, 'rule'>;
  readonly organisation: Pick<OrganisationStore, 'cluster' | 'department' | 'project'>;
}

/**
 * The access rule with that id, if the caller may read or delete it in its scope. Otherwise `not-found` for callers
 * with the right in the whole tenant, and `forbidden` for all others, who must not learn whether it exists. A rule whose
 * scope no longer exists is visible to tenant-wide callers only.
 */
export async function findAccessRule(
  { access, organisation }: AccessRuleDependencies,
  id: number,
  action: 'read' | 'delete',
  caller: Principal,
): Promise<Outcome<AccessRuleRecord>> {
  const { tenantId } = caller;
  const rule = await access.rule(id, tenantId);
  const place = rule && ((await placeOfScope(organisation, rule, tenantId)) ?? { tenantId });
  if (rule !== undefined && place !== undefined && can(caller, 'access-rules', action, place))
    return { kind: 'done', value: rule };
  return canWidely(caller, 'access-rules', action) ? { kind: 'not-found' } : { kind: 'forbidden' };
}
