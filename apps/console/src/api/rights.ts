import type { BodyOf } from './client';

type Permissions = BodyOf<'get_permissions'>;
type Action = Permissions[number]['actions'][number];

/** Whether somebody may do something in any scope. */
export type May = (resource: string, action: Action) => boolean;

/** Reads a list of permissions, in which resources have the names of the client API. */
export const mayBy =
  (permissions: Permissions): May =>
  (resource, action) =>
    permissions.some(({ resourceType, actions }) => resourceType === resource && actions.includes(action));
