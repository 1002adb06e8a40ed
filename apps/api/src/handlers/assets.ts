import { randomUUID } from 'node:crypto';
import { visibility, type AssetStore } from '@tessera/application-control-plane';
import type { Action, CredentialKind, Input } from '@tessera/contracts-rest';
import { isObjectName, MISSING, type Violation } from '@tessera/domain-workload';
import { principalOf, type Call, type Handlers } from '../http/call';
import { toCredentialBody, toDataVolumeBody } from '../wire/assets';
import { badRequest } from '../wire/violations';
import { forbidden, orNotFound, orRefuse } from './changed';

type VolumeHandlers = Pick<
  Handlers,
  'get_datavolumes' | 'create_datavolume' | 'get_datavolume' | 'delete_datavolume'
>;

/** Data volumes: claims of a project that workloads mount by an id. */
export function dataVolumeHandlers(store: AssetStore): VolumeHandlers {
  const volumeFor = async (call: Call, action: Action, id: string) => {
    const seen = visibility(principalOf(call), 'data-volumes', action);
    return seenOne(seen, await store.dataVolumes(seen, id));
  };
  return {
    get_datavolumes: async (_input, call) => {
      const volumes = await store.dataVolumes(visibility(principalOf(call), 'data-volumes'));
      return { status: 200, body: { datavolumes: volumes.map(toDataVolumeBody) } };
    },
    create_datavolume: async ({ body }, call) => {
      const { name, description, originPvcName, shouldDeleteOriginalVolume, useOriginalVolume } = body;
      const project = projectOf(call, 'projectId', body.projectId, [
        ...objectName('originPvcName', originPvcName),
        ...(shouldDeleteOriginalVolume === true
          ? [{ field: 'shouldDeleteOriginalVolume', message: 'the claim stays; only false is possible' }]
          : []),
        ...(useOriginalVolume === false
          ? [{ field: 'useOriginalVolume', message: 'no copy is made; only true is possible' }]
          : []),
      ]);
      const created = await store.createDataVolume({
        id: randomUUID(),
        projectId: project.id,
        name,
        description: description ?? '',
        claimName: originPvcName,
        by: principalOf(call).name,
      });
      return { status: 201, body: toDataVolumeBody(orRefuse(created)) };
    },
    get_datavolume: async ({ params }, call) => ({
      status: 200,
      body: toDataVolumeBody(await volumeFor(call, 'read', params.datavolumeId)),
    }),
    delete_datavolume: async ({ params }, call) => {
      const { id } = await volumeFor(call, 'delete', params.datavolumeId);
      await store.deleteDataVolume(id);
      return { status: 204 };
    },
  };
}

type CredentialHandlers = Pick<
  Handlers,
  | Extract<
      keyof Handlers,
      `${string}_${'access_key' | 'password' | 'docker_registry' | 'generic_secret'}${string}`
    >
  | 'list_credentials_assets'
  | 'list_docker_registries'
>;

/** Credentials: Secrets of a project that workloads refer to by id or name. The API stores only their names. */
export function credentialHandlers(store: AssetStore): CredentialHandlers {
  const listed = async (call: Call, kind?: CredentialKind) => {
    const seen = visibility(principalOf(call), 'credentials');
    const found = await store.credentials(seen, kind && { kind });
    return { status: 200, body: { entries: found.map(toCredentialBody) } } as const;
  };
  const of = (kind: CredentialKind) => {
    const one = async (call: Call, action: Action, id: string) => {
      const seen = visibility(principalOf(call), 'credentials', action);
      return seenOne(seen, await store.credentials(seen, { kind, id }));
    };
    return {
      list: (_input: unknown, call: Call) => listed(call, kind),
      create: async ({ body }: Input<'create_password'>, call: Call) => {
        const created = await store.createCredential(newCredential(kind, body, call));
        return { status: 201, body: toCredentialBody(orRefuse(created)) } as const;
      },
      get: async (id: string, call: Call) =>
        ({ status: 200, body: toCredentialBody(await one(call, 'read', id)) }) as const,
      remove: async (id: string, call: Call) => {
        await store.deleteCredential((await one(call, 'delete', id)).id);
        return { status: 204 } as const;
      },
    };
  };
  const [accessKeys, passwords] = [of('access-key'), of('password')];
  const [registries, secrets] = [of('docker-registry'), of('generic-secret')];
  return {
    list_credentials_assets: (_input, call) => listed(call),
    list_access_keys: accessKeys.list,
    create_access_key: accessKeys.create,
    get_access_key_by_id: ({ params }, call) => accessKeys.get(params.accessKeyId, call),
    delete_access_key: ({ params }, call) => accessKeys.remove(params.accessKeyId, call),
    list_passwords: passwords.list,
    create_password: passwords.create,
    get_password_by_id: ({ params }, call) => passwords.get(params.passwordId, call),
    delete_password: ({ params }, call) => passwords.remove(params.passwordId, call),
    list_docker_registries: registries.list,
    create_docker_registry: registries.create,
    get_docker_registry_by_id: ({ params }, call) => registries.get(params.dockerRegistryId, call),
    delete_docker_registry: ({ params }, call) => registries.remove(params.dockerRegistryId, call),
    list_generic_secret: secrets.list,
    create_generic_secret: secrets.create,
    get_generic_secret_by_id: ({ params }, call) => secrets.get(params.genericSecretId, call),
    delete_generic_secret: ({ params }, call) => secrets.remove(params.genericSecretId, call),
  };
}

/** Fields in which clients of other control planes send secrets. */
const MATERIAL = ['user', 'password', 'url', 'accessKeyId', 'secretAccessKey', 'keyValuePairs'] as const;

function newCredential(kind: CredentialKind, { meta, spec }: Input<'create_password'>['body'], call: Call) {
  const { name, description } = meta;
  const material = MATERIAL.filter((field) => spec[field] !== undefined && spec[field] !== null);
  const secretName = spec.existingSecretName ?? '';
  const project = projectOf(call, 'meta.projectId', meta.projectId, [
    ...objectName('meta.name', name),
    ...material.map((field) => ({
      field: `spec.${field}`,
      message:
        "secret material is not taken here: make a Secret in the project's namespace and name it in spec.existingSecretName",
    })),
    ...(secretName === ''
      ? [{ field: 'spec.existingSecretName', message: MISSING }]
      : objectName('spec.existingSecretName', secretName)),
  ]);
  const by = principalOf(call).name;
  const id = randomUUID();
  return { id, projectId: project.id, kind, name, description: description ?? '', secretName, by };
}

const objectName = (field: string, name: string): readonly Violation[] =>
  isObjectName(name) ? [] : [{ field, message: `Kubernetes cannot hold an object named "${name}"` }];

/** Resolves the project that a body names; reports every violation of the body in one response. */
function projectOf({ project }: Call, field: string, id: string, found: readonly Violation[]) {
  const missing = project === undefined ? [{ field, message: `there is no project ${id}` }] : [];
  if (project === undefined || found.length > 0) throw badRequest([...missing, ...found]);
  return project;
}

/**
 * The requested asset. Where there is none, throws 404 to tenant-wide callers and 403 to all others, which must not
 * learn whether another project has it.
 */
function seenOne<T>({ all }: { readonly all: boolean }, [found]: readonly T[]): T {
  if (found === undefined && !all) throw forbidden();
  return orNotFound(found);
}
