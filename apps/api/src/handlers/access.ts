import { randomUUID } from 'node:crypto';
import {
  can,
  canSomewhere,
  canWidely,
  foldEmail,
  roleById,
  ROLES,
  ruleSubject,
  visibility,
  type AccessRuleRecord,
  type AccessStore,
  type Issuers,
  type OrganisationStore,
  type Place,
  type Principal,
  type Role,
  type Secrets,
  type SubjectStore,
} from '@tessera/application-control-plane';
import { ACTIONS, RESOURCES } from '@tessera/contracts-rest';
import { unseen } from '../http/authorise';
import { principalOf, type Handlers } from '../http/call';
import { toAccessRuleBody, toApplicationBody, toUserBody } from '../wire/organisation';
import { toPermissionBody, toRoleBody } from '../wire/permissions';
import { badRequest } from '../wire/violations';
import { forbidden, orNotFound, orRefuse } from './changed';

type SubjectHandlers = Pick<
  Handlers,
  | 'get_applications'
  | 'create_application'
  | 'get_application_by_id'
  | 'delete_application_by_id'
  | 'regenerate_application_secret'
  | 'get_users'
  | 'create_user'
  | 'delete_user_by_id'
>;
type RuleHandlers = Pick<
  Handlers,
  | 'get_access_rules'
  | 'create_access_rule'
  | 'get_access_rule'
  | 'delete_access_rule'
  | 'get_roles'
  | 'get_role'
  | 'get_permissions'
>;

export interface AccessDependencies {
  readonly access: AccessStore;
  readonly organisation: OrganisationStore;
  readonly secrets: Secrets;
  readonly subjects: Pick<SubjectStore, 'byId'>;
  readonly issuers: Issuers;
  /** Called after a change of permissions, so that it takes effect at once. */
  readonly forget: () => void;
}

/** Applications and users: the subjects that can authenticate. */
export function subjectHandlers({ access, secrets, forget }: AccessDependencies): SubjectHandlers {
  const create = async (principal: Principal, kind: 'user' | 'app', name: string, clientId: string) => {
    const secret = secrets.generate();
    const subject = {
      id: randomUUID(),
      kind,
      tenantId: principal.tenantId,
      name,
      clientId,
      secretHash: await secrets.hash(secret),
      createdBy: principal.name,
    };
    return { created: orRefuse(await access.createSubject(subject)), secret };
  };
  const remove = async (principal: Principal, kind: 'user' | 'app', id: string): Promise<void> => {
    orNotFound(await access.subject(principal.tenantId, kind, id));
    await access.deleteSubject(id);
    forget();
  };
  return {
    get_applications: async (_input, call) => ({
      status: 200,
      body: (await access.subjects(principalOf(call).tenantId, 'app')).map(toApplicationBody),
    }),
    create_application: async ({ body }, call) => {
      const { created, secret } = await create(
        principalOf(call),
        'app',
        body.name,
        body.clientId ?? body.name,
      );
      return { status: 201, body: { ...toApplicationBody(created), clientSecret: secret, secret } };
    },
    get_application_by_id: async ({ params }, call) => ({
      status: 200,
      body: toApplicationBody(
        orNotFound(await access.subject(principalOf(call).tenantId, 'app', params.appId)),
      ),
    }),
    delete_application_by_id: async ({ params }, call) => {
      await remove(principalOf(call), 'app', params.appId);
      return { status: 204 };
    },
    regenerate_application_secret: async ({ params }, call) => {
      const { id } = orNotFound(await access.subject(principalOf(call).tenantId, 'app', params.appId));
      const clientSecret = secrets.generate();
      await access.setSecret(id, await secrets.hash(clientSecret));
      forget();
      return { status: 200, body: { clientSecret } };
    },
    get_users: async (_input, call) => ({
      status: 200,
      body: (await access.subjects(principalOf(call).tenantId, 'user')).map(toUserBody),
    }),
    create_user: async ({ body }, call) => {
      const { email } = body;
      const { created, secret } = await create(principalOf(call), 'user', email, foldEmail(email));
      return { status: 201, body: { ...toUserBody(created), tempPassword: secret } };
    },
    delete_user_by_id: async ({ params }, call) => {
      await remove(principalOf(call), 'user', params.userId);
      return { status: 204 };
    },
  };
}

/** Access rules and roles. A caller cannot grant permissions that it does not have. */
export function ruleHandlers({
  access,
  organisation,
  subjects,
  issuers,
  forget,
}: AccessDependencies): RuleHandlers {
  const ruleFor = async (
    principal: Principal,
    action: 'read' | 'delete',
    id: number,
  ): Promise<AccessRuleRecord> => {
    const rule = await access.rule(id, principal.tenantId);
    const whole = { tenantId: principal.tenantId };
    // A rule whose scope no longer exists is visible to tenant-wide callers only.
    const place = rule && ((await placeOfScope(organisation, rule, principal.tenantId)) ?? whole);
    if (rule === undefined || place === undefined || !can(principal, 'access-rules', action, place))
      throw unseen({ principal, resource: 'access-rules', action });
    return rule;
  };
  return {
    get_access_rules: async ({ query }, call) => {
      const { offset, limit, ...wanted } = query;
      const seen = visibility(principalOf(call), 'access-rules');
      const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      const { rules, total } = await access.rules({ seen, ...given }, { offset, limit });
      const body = {
        totalRecords: total,
        displayRecords: rules.length,
        accessRules: rules.map(toAccessRuleBody),
      };
      return { status: 200, body };
    },
    create_access_rule: async ({ body }, call) => {
      const principal = principalOf(call);
      const { roleId, scopeType, scopeId } = body;
      const role = roleById(roleId);
      if (role === undefined) throw badRequest([{ field: 'roleId', message: `there is no role ${roleId}` }]);
      const place = await placeOfScope(organisation, { scopeType, scopeId }, principal.tenantId);
      if (place === undefined && canWidely(principal, 'access-rules', 'create'))
        throw badRequest([{ field: 'scopeId', message: `there is no ${scopeType} ${scopeId}` }]);
      if (place === undefined || !mayGive(principal, role, place)) throw forbidden();
      const isOwn = isUuid(body.subjectId) && (await subjects.byId(body.subjectId)) !== undefined;
      const subject = ruleSubject({ ...body, issuer: body.issuer ?? null }, issuers, isOwn);
      if ('field' in subject) throw badRequest([subject]);
      const rule = {
        ...subject,
        tenantId: principal.tenantId,
        roleId,
        scopeType,
        scopeId,
        createdBy: principal.name,
      };
      const created = orRefuse(await access.createRule(rule));
      forget();
      return { status: 201, body: toAccessRuleBody(created) };
    },
    get_access_rule: async ({ params }, call) => ({
      status: 200,
      body: toAccessRuleBody(await ruleFor(principalOf(call), 'read', params.accessRuleId)),
    }),
    delete_access_rule: async ({ params }, call) => {
      const { id } = await ruleFor(principalOf(call), 'delete', params.accessRuleId);
      await access.deleteRule(id);
      forget();
      return { status: 204 };
    },
    get_roles: async () => ({ status: 200, body: ROLES.map(toRoleBody) }),
    get_role: async ({ params }) => ({ status: 200, body: toRoleBody(orNotFound(roleById(params.roleId))) }),
    get_permissions: async (_input, call) => ({
      status: 200,
      body: RESOURCES.map((resource) =>
        toPermissionBody(
          resource,
          ACTIONS.filter((action) => canSomewhere(principalOf(call), resource, action)),
        ),
      ).filter(({ actions }) => actions.length > 0),
    }),
  };
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
