import { roleById, type AccessRuleRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';

/** An access rule with the names of its role and scope. */
export const toAccessRuleBody = (rule: AccessRuleRecord): Answer<'get_access_rule'>['body'] => ({
  id: rule.id,
  subjectId: rule.subjectId,
  subjectType: rule.subjectType,
  ...(rule.issuer === null ? {} : { issuer: rule.issuer }),
  roleId: rule.roleId,
  roleName: roleById(rule.roleId)?.name ?? '',
  scopeId: rule.scopeId,
  scopeName: rule.scopeName,
  scopeType: rule.scopeType,
  tenantId: rule.tenantId,
  createdAt: rule.createdAt,
  updatedAt: rule.createdAt,
  createdBy: rule.createdBy,
});
