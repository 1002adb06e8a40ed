import { MISSING } from '@tessera/domain-workload';
import type { Action } from '@tessera/contracts-rest';
import { visibility, type Principal } from '../access/access';
import { outcomeOf, type Outcome } from '../outcome';
import type { AssetStore, CredentialRecord } from './assets';
import {
  objectName,
  projectFor,
  visibleAsset,
  type AssetDependencies,
  type NamedProject,
} from './project-asset';

/** A credential to be created: a Secret of its project that workloads then refer to by id or name. */
export interface CredentialRequest extends Pick<
  CredentialRecord,
  'kind' | 'name' | 'description' | 'secretName'
> {
  readonly projectOfAsset: NamedProject;
  /** Fields of the request that hold secret material, which is never accepted. */
  readonly material: readonly string[];
}

/** Creates a credential. Only the name of its Secret is stored: secret material in the request is a violation. */
export async function createCredential(
  { store, newId }: AssetDependencies,
  { projectOfAsset, material, ...credential }: CredentialRequest,
  caller: Principal,
): Promise<Outcome<CredentialRecord>> {
  const { name, secretName } = credential;
  const project = projectFor('meta.projectId', projectOfAsset, [
    ...objectName('meta.name', name),
    ...material.map((field) => ({
      field: `spec.${field}`,
      message:
        "secret material is not accepted; create a Secret in the project's namespace and name it in spec.existingSecretName",
    })),
    ...(secretName === ''
      ? [{ field: 'spec.existingSecretName', message: MISSING }]
      : objectName('spec.existingSecretName', secretName)),
  ]);
  if (project.kind !== 'done') return project;
  const projectId = project.value.id;
  return outcomeOf(await store.createCredential({ ...credential, id: newId(), projectId, by: caller.name }));
}

/** The credential of that kind and id, where the caller may read or delete it. */
export async function findCredential(
  store: Pick<AssetStore, 'credentials'>,
  which: Pick<CredentialRecord, 'kind' | 'id'>,
  action: Action,
  caller: Principal,
): Promise<Outcome<CredentialRecord>> {
  const seen = visibility(caller, 'credentials', action);
  return visibleAsset(seen, await store.credentials(seen, which));
}
