import { z } from 'zod';
import { EXAMPLES } from '../examples';
import { ALL, ONE, SMALL_BODY } from '../costs';
import { right, route } from '../route';
import {
  Credential,
  CredentialCreationRequest,
  DataVolume,
  DataVolumeCreationRequest,
  type CredentialKind,
} from '../schemas/storage/assets';
import { Id } from '../schemas/primitives';

const DONE = 'Executed successfully.';
const CREATED = 'Created.';
const NONE = 'No Content.';
const reading = [401, 403, 404, 500, 503] as const;
const changing = [400, 401, 403, 404, 409, 500, 503] as const;
const datavolumeId = { datavolumeId: Id };

const dataVolumes = {
  get_datavolumes: route({
    method: 'GET',
    path: '/api/v1/datavolumes',
    summary: 'List data volumes.',
    tag: 'Datavolumes',
    answers: { 200: { description: DONE, schema: z.object({ datavolumes: z.array(DataVolume) }) } },
    errors: reading,
    audited: 'no',
    cost: ALL,
    permission: right('data-volumes', 'read', 'visible'),
  }),
  create_datavolume: route({
    method: 'POST',
    path: '/api/v1/datavolumes',
    summary: 'Create a data volume.',
    description:
      'Registers a PersistentVolumeClaim in the namespace of a project under an id, with which workloads of the project mount it. The claim itself is neither created nor copied.',
    tag: 'Datavolumes',
    body: DataVolumeCreationRequest,
    bodyExample: EXAMPLES.dataVolume,
    answers: { 201: { description: CREATED, schema: DataVolume } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('data-volumes', 'create', 'body-project'),
  }),
  get_datavolume: route({
    method: 'GET',
    path: '/api/v1/datavolumes/{datavolumeId}',
    summary: 'Get a data volume.',
    tag: 'Datavolumes',
    params: datavolumeId,
    answers: { 200: { description: DONE, schema: DataVolume } },
    errors: reading,
    audited: 'no',
    cost: ONE,
    permission: right('data-volumes', 'read', 'visible'),
  }),
  delete_datavolume: route({
    method: 'DELETE',
    path: '/api/v1/datavolumes/{datavolumeId}',
    summary: 'Delete a data volume.',
    description: 'The claim and the workloads that mount it do not change.',
    tag: 'Datavolumes',
    params: datavolumeId,
    answers: { 204: { description: NONE } },
    errors: changing,
    audited: 'answer',
    cost: ONE,
    permission: right('data-volumes', 'delete', 'visible'),
  }),
};

/** The same four routes for each kind; `one` is its name in descriptions. */
function credentials<const K extends CredentialKind, const P extends string>(kind: K, param: P, one: string) {
  const path = `/api/v1/asset/credentials/${kind}` as const;
  const own = { tag: 'Credentials', params: { [param]: Id } as Record<P, typeof Id> } as const;
  return {
    list: route({
      method: 'GET',
      path,
      summary: `List credentials: ${one}s.`,
      tag: 'Credentials',
      answers: { 200: { description: DONE, schema: z.object({ entries: z.array(Credential) }) } },
      errors: reading,
      audited: 'no',
      cost: ALL,
      permission: right('credentials', 'read', 'visible'),
    }),
    create: route({
      method: 'POST',
      path,
      summary: `Create a credential: ${one}.`,
      description:
        'Registers a Secret in the namespace of a project under a name; the Secret may be created later. The API does not accept secret material, which would pass through the control plane.',
      tag: 'Credentials',
      body: CredentialCreationRequest,
      bodyExample: EXAMPLES.credentials[kind],
      answers: { 201: { description: CREATED, schema: Credential } },
      errors: changing,
      audited: 'answer',
      cost: SMALL_BODY,
      permission: right('credentials', 'create', 'body-meta-project'),
    }),
    get: route({
      method: 'GET',
      path: `${path}/{${param}}`,
      summary: `Get a credential: ${one}.`,
      ...own,
      answers: { 200: { description: DONE, schema: Credential } },
      errors: reading,
      audited: 'no',
      cost: ONE,
      permission: right('credentials', 'read', 'visible'),
    }),
    remove: route({
      method: 'DELETE',
      path: `${path}/{${param}}`,
      summary: `Delete a credential: ${one}.`,
      description: 'The Secret and the workloads that use it do not change.',
      ...own,
      answers: { 204: { description: NONE } },
      errors: changing,
      audited: 'answer',
      cost: ONE,
      permission: right('credentials', 'delete', 'visible'),
    }),
  };
}

const accessKeys = credentials('access-key', 'accessKeyId', 'access key');
const passwords = credentials('password', 'passwordId', 'password');
const registries = credentials('docker-registry', 'dockerRegistryId', 'docker registry');
const secrets = credentials('generic-secret', 'genericSecretId', 'generic secret');

/** Assets that workloads refer to by id or name: readable by all who may see their project. */
export const assetRoutes = {
  ...dataVolumes,
  list_credentials_assets: route({
    method: 'GET',
    path: '/api/v1/asset/credentials',
    summary: 'List credentials of all kinds.',
    tag: 'Credentials',
    answers: { 200: { description: DONE, schema: z.object({ entries: z.array(Credential) }) } },
    errors: reading,
    audited: 'no',
    cost: ALL,
    permission: right('credentials', 'read', 'visible'),
  }),
  list_access_keys: accessKeys.list,
  create_access_key: accessKeys.create,
  get_access_key_by_id: accessKeys.get,
  delete_access_key: accessKeys.remove,
  list_passwords: passwords.list,
  create_password: passwords.create,
  get_password_by_id: passwords.get,
  delete_password: passwords.remove,
  list_docker_registries: registries.list,
  create_docker_registry: registries.create,
  get_docker_registry_by_id: registries.get,
  delete_docker_registry: registries.remove,
  list_generic_secret: secrets.list,
  create_generic_secret: secrets.create,
  get_generic_secret_by_id: secrets.get,
  delete_generic_secret: secrets.remove,
};
