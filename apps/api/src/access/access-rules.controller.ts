import { Controller, Inject } from '@nestjs/common';
import {
  can,
  canWidely,
  roleById,
  ruleSubject,
  visibility,
  type AccessRuleRecord,
  type AccessStore,
  type Issuers,
  type OrganisationStore,
  type Place,
  type Principal,
  type Role,
  type SubjectStore,
} from '@tessera/application-control-plane';
import { RESOURCES, type Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { forbidden, orRefuse } from '../http/changed';
import { unseen } from '../http/guards/authorise';
import { Operation } from '../http/operation';
import { Principals } from '../identity/principals';
import { ACCESS, ISSUERS, ORGANISATION, SUBJECTS } from '../providers';
import { toAccessRuleBody } from '../wire/organisation';
import { badRequest } from '../wire/violations';

/** Access rules. A caller cannot grant permissions that it does not have. */
@Controller()
export class AccessRulesController {
  constructor(
    @Inject(ACCESS) private readonly access: AccessStore,
    @Inject(ORGANISATION) private readonly organisation: OrganisationStore,
    @Inject(SUBJECTS) private readonly subjects: Pick<SubjectStore, 'byId'>,
    @Inject(ISSUERS) private readonly issuers: Issuers,
    private readonly principals: Principals,
  ) {}

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
    const principal = principalOf(call);
    const { roleId, scopeType, scopeId } = body;
    const role = roleById(roleId);
    if (role === undefined) throw badRequest([{ field: 'roleId', message: `there is no role ${roleId}` }]);
    const place = await placeOfScope(this.organisation, { scopeType, scopeId }, principal.tenantId);
    if (place === undefined && canWidely(principal, 'access-rules', 'create'))
      throw badRequest([{ field: 'scopeId', message: `there is no ${scopeType} ${scopeId}` }]);
    if (place === undefined || !mayGive(principal, role, place)) throw forbidden();
    const isOwn = isUuid(body.subjectId) && (await this.subjects.byId(body.subjectId)) !== undefined;
    const subject = ruleSubject({ ...body, issuer: body.issuer ?? null }, this.issuers, isOwn);
    if ('field' in subject) throw badRequest([subject]);
    const rule = {
      ...subject,
      tenantId: principal.tenantId,
      roleId,
      scopeType,
      scopeId,
      createdBy: principal.name,
    };
    const created = orRefuse(await this.access.createRule(rule));
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

/** Whether the caller may create access rules in the scope and has every permission of the role there. */
const mayGive = (principal: Principal, role: Role, place: Place): boolean =>
  can(principal, 'access-rules', 'create', place) &&
  RESOURCES.every((resource) =>
    (role.rights[resource] ?? []).every((action) => can(principal, resource, action, place)),
  );

async function placeOfScope(
  organisation: OrganisationStore,
  { scopeType, scopeId }: { readonly scopeType: string; readonly scopeId: string },
  tenantId: number,
): Promise<Place | undefined> {
  switch (scopeType) {
    case 'tenant':
      return scopeId === String(tenantId) ? { tenantId } : undefined;
    case 'cluster': {
      const cluster = isUuid(scopeId) ? await organisation.cluster(scopeId) : undefined;
      return cluster && { tenantId: cluster.tenantId, clusterId: cluster.id };
    }
    case 'department': {
      const department = await organisation.department(scopeId);
      return (
        department && {
          tenantId: department.tenantId,
          clusterId: department.clusterId,
          departmentId: department.id,
        }
      );
    }
    case 'project': {
      const project = await organisation.project(scopeId);
      return (
        project && {
          tenantId: project.tenantId,
          clusterId: project.clusterId,
          departmentId: project.departmentId,
          projectId: project.id,
        }
      );
    }
    default:
      return undefined;
  }
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
