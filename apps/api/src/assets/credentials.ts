import {
  createCredential,
  findCredential,
  visibility,
  type AssetDependencies,
  type AssetStore,
} from '@tessera/application-control-plane';
import type { CredentialKind, Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { toCredentialBody } from './asset-body';

/** The store of assets, and what creating one needs. */
export interface Assets extends AssetDependencies {
  readonly store: AssetStore;
}

/** What the routes of all kinds of credentials have in common. */
export class Credentials {
  constructor(private readonly assets: Assets) {}

  /** The credentials that the caller may see, of one kind or of all. */
  async list(call: Call, kind?: CredentialKind): Reply<'list_credentials_assets'> {
    const seen = visibility(principalOf(call), 'credentials');
    const found = await this.assets.store.credentials(seen, kind && { kind });
    return { status: 200, body: { entries: found.map(toCredentialBody) } };
  }

  async create(
    kind: CredentialKind,
    { meta, spec }: Input<'create_password'>['body'],
    call: Call,
  ): Reply<'create_password'> {
    const request = {
      kind,
      name: meta.name,
      description: meta.description ?? '',
      secretName: spec.existingSecretName ?? '',
      projectOfAsset: { id: meta.projectId, project: call.project },
      material: MATERIAL.filter((field) => spec[field] !== undefined && spec[field] !== null),
    };
    const created = await createCredential(this.assets, request, principalOf(call));
    return { status: 201, body: toCredentialBody(orDecline(created)) };
  }

  async get(kind: CredentialKind, id: string, call: Call): Reply<'get_password_by_id'> {
    const found = await findCredential(this.assets.store, { kind, id }, 'read', principalOf(call));
    return { status: 200, body: toCredentialBody(orDecline(found)) };
  }

  async delete(kind: CredentialKind, id: string, call: Call): Reply<'delete_password'> {
    const found = await findCredential(this.assets.store, { kind, id }, 'delete', principalOf(call));
    await this.assets.store.deleteCredential(orDecline(found).id);
    return { status: 204 };
  }
}

/** Fields in which clients of other control planes send secrets. */
const MATERIAL = ['user', 'password', 'url', 'accessKeyId', 'secretAccessKey', 'keyValuePairs'] as const;
