import { Controller, Inject } from '@nestjs/common';
import {
  can,
  giveRole,
  placeOfScope,
  visibility,
  type AccessRuleRecord,
  type AccessStore,
  type Issuers,
  type OrganisationStore,
  type Principal,
  type RoleDependencies,
  type SubjectStore,
} from '@tessera/application-control-plane';
import type { Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { unseen } from '../http/guards/authorise';
import { Operation } from '../http/operation';
import { Principals } from '../identity/principals';
import { ACCESS, ISSUERS, ORGANISATION, SUBJECTS } from '../providers';
import { toAccessRuleBody } from '../wire/organisation';

/** Access rules. A caller cannot grant permissions that it does not have. */
@Controller()
export class AccessRulesController {
  private readonly roles: RoleDependencies;

  constructor(
    @Inject(ACCESS) private readonly access: AccessStore,
    @Inject(ORGANISATION) private readonly organisation: OrganisationStore,
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
    const { rules, total } = await this.access.rules({ seen, ...given }, { offset, limit });
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
    return {
      status: 200,
      body: toAccessRuleBody(await this.ruleFor(principalOf(call), 'read', params.accessRuleId)),
    };
  }

  @Operation('delete_access_rule')
  async delete({ params }: Input<'delete_access_rule'>, call: Call): Reply<'delete_access_rule'> {
    const { id } = await this.ruleFor(principalOf(call), 'delete', params.accessRuleId);
    await this.access.deleteRule(id);
    this.principals.forget();
    return { status: 204 };
  }

  private async ruleFor(
    principal: Principal,
    action: 'read' | 'delete',
    id: number,
  ): Promise<AccessRuleRecord> {
    const rule = await this.access.rule(id, principal.tenantId);
    const whole = { tenantId: principal.tenantId };
    // A rule whose scope no longer exists is visible to tenant-wide callers only.
    const place = rule && ((await placeOfScope(this.organisation, rule, principal.tenantId)) ?? whole);
    if (rule === undefined || place === undefined || !can(principal, 'access-rules', action, place))
      throw unseen({ principal, resource: 'access-rules', action });
    return rule;
  }
}
