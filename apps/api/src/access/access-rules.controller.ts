import { Controller, Inject } from '@nestjs/common';
import {
  findAccessRule,
  giveRole,
  visibility,
  type AccessStore,
  type Issuers,
  type OrganisationStore,
  type RoleDependencies,
  type SubjectStore,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { Operation } from '../http/operation';
import { Principals } from '../identity/principals';
import { ACCESS, ISSUERS, ORGANISATION, SUBJECTS } from '../providers';
import { toAccessRuleBody } from './access-rule-body';

/** Access rules. A caller cannot grant permissions that it does not have. */
@Controller()
export class AccessRulesController {
  private readonly roles: RoleDependencies & { readonly access: AccessStore };

  constructor(
    @Inject(ACCESS) access: AccessStore,
    @Inject(ORGANISATION) organisation: OrganisationStore,
    @Inject(SUBJECTS) subjects: Pick<SubjectStore, 'byId'>,
    @Inject(ISSUERS) issuers: Issuers,
    private readonly principals: Principals,
  ) {
    this.roles = { access, organisation, subjects, issuers };
  }

  @Operation('get_access_rules')
  async list({ query }: Input<'get_access_rules'>, call: Call): Reply<'get_access_rules'> {
    const { offset, limit, ...wanted } = query;
    const seen = visibility(principalOf(call), 'access-rules');
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const { rules, total } = await this.roles.access.rules({ seen, ...given }, { offset, limit });
    const body = {
      totalRecords: total,
      displayRecords: rules.length,
      accessRules: rules.map(toAccessRuleBody),
    };
    return { status: 200, body };
  }

  @Operation('create_access_rule')
  async create({ body }: Input<'create_access_rule'>, call: Call): Reply<'create_access_rule'> {
    const created = orDecline(await giveRole(this.roles, body, principalOf(call)));
    this.principals.forget();
    return { status: 201, body: toAccessRuleBody(created) };
  }

  @Operation('get_access_rule')
  async get({ params }: Input<'get_access_rule'>, call: Call): Reply<'get_access_rule'> {
    const rule = await findAccessRule(this.roles, params.accessRuleId, 'read', principalOf(call));
    return { status: 200, body: toAccessRuleBody(orDecline(rule)) };
  }

  @Operation('delete_access_rule')
  async delete({ params }: Input<'delete_access_rule'>, call: Call): Reply<'delete_access_rule'> {
    const rule = await findAccessRule(this.roles, params.accessRuleId, 'delete', principalOf(call));
    await this.roles.access.deleteRule(orDecline(rule).id);
    this.principals.forget();
    return { status: 204 };
  }
}
