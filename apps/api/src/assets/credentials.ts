import { randomUUID } from 'node:crypto';
import { visibility, type AssetStore, type CredentialRecord } from '@tessera/application-control-plane';
import type { Action, CredentialKind, Input } from '@tessera/contracts-rest';
import { MISSING } from '@tessera/domain-workload';
import { principalOf, type Call, type Reply } from '../http/call';
import { orRefuse } from '../http/changed';
import { toCredentialBody } from '../wire/assets';
import { objectName, projectOf, seenOne } from './project-asset';

/** What the routes of all kinds of credentials have in common. */
export class Credentials {
  constructor(private readonly store: AssetStore) {}

  /** The credentials that the caller may see, of one kind or of all. */
  async list(call: Call, kind?: CredentialKind): Reply<'list_credentials_assets'> {
    const seen = visibility(principalOf(call), 'credentials');
    const found = await this.store.credentials(seen, kind && { kind });
    return { status: 200, body: { entries: found.map(toCredentialBody) } };
  }

  async create(
    kind: CredentialKind,
    body: Input<'create_password'>['body'],
    call: Call,
  ): Reply<'create_password'> {
    const created = await this.store.createCredential(newCredential(kind, body, call));
    return { status: 201, body: toCredentialBody(orRefuse(created)) };
  }

  async get(kind: CredentialKind, id: string, call: Call): Reply<'get_password_by_id'> {
    return { status: 200, body: toCredentialBody(await this.one(kind, id, call, 'read')) };
  }

  async delete(kind: CredentialKind, id: string, call: Call): Reply<'delete_password'> {
    await this.store.deleteCredential((await this.one(kind, id, call, 'delete')).id);
    return { status: 204 };
  }

  private async one(kind: CredentialKind, id: string, call: Call, action: Action): Promise<CredentialRecord> {
    const seen = visibility(principalOf(call), 'credentials', action);
    return seenOne(seen, await this.store.credentials(seen, { kind, id }));
  }
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
