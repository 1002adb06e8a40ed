import { Controller } from '@nestjs/common';
import { canSomewhere, roleById, ROLES } from '@tessera/application-control-plane';
import { ACTIONS, RESOURCES, type Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orNotFound } from '../http/changed';
import { Operation } from '../http/operation';
import { toPermissionBody, toRoleBody } from './permission-body';

/** The predefined roles, and the permissions of the caller. */
@Controller()
export class RolesController {
  @Operation('get_roles')
  async list(): Reply<'get_roles'> {
    return { status: 200, body: ROLES.map(toRoleBody) };
  }

  @Operation('get_role')
  async get({ params }: Input<'get_role'>): Reply<'get_role'> {
    return { status: 200, body: toRoleBody(orNotFound(roleById(params.roleId))) };
  }

  @Operation('get_permissions')
  async permissions(_input: Input<'get_permissions'>, call: Call): Reply<'get_permissions'> {
    return {
      status: 200,
      body: RESOURCES.map((resource) =>
        toPermissionBody(
          resource,
          ACTIONS.filter((action) => canSomewhere(principalOf(call), resource, action)),
        ),
      ).filter(({ actions }) => actions.length > 0),
    };
  }
}
