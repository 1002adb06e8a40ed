import { given } from './compile/ignored-fields';
import type { EnvironmentVariable, GitSource, InferenceSpec } from './spec';

type Names = Readonly<Record<string, string>>;

/** What the ids and names in a spec stand for in the namespace of its project, as the organisation knows them. */
export interface References {
  /** Name of the claim behind a data volume, by its id as the spec writes it. */
  readonly dataVolumes?: Names | undefined;
  /** Name of the Secret behind a credential, by its id or name as the spec writes it. */
  readonly credentials?: Names | undefined;
}

/** What a spec refers to that the organisation may know. */
export interface NamedAssets {
  readonly dataVolumes: readonly { readonly id: string; readonly at: string }[];
  readonly credentials: readonly string[];
}

/** The claim of a data volume that nobody registered: whoever runs the cluster makes it under this name. */
export const conventionalClaim = (id: string): string => `data-${id}`;

/** The claim that a data volume stands for. */
export const claimBehind = (id: string, { dataVolumes }: References): string =>
  known(dataVolumes, id) ?? conventionalClaim(id);

/** The Secret that a name stands for: that of the credential with this id or name, else the one of this name. */
export const secretBehind = (name: string, { credentials }: References): string =>
  known(credentials, name) ?? name;

/** Names come from requests: one like `constructor` is no entry. */
const known = (names: Names | undefined, name: string): string | undefined =>
  names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;

/** The data volumes and credentials that a spec names, with the paths of the former. */
export function namedAssets(spec: InferenceSpec | Readonly<Record<string, unknown>>): NamedAssets {
  const { storage, environmentVariables, imagePullSecrets } = spec as InferenceSpec;
  const volumes = given(storage?.dataVolume, 'spec.storage.dataVolume');
  const names = [
    ...given<GitSource>(storage?.git, '').map(({ item }) => item.secretRef?.name ?? item.passwordSecret),
    ...given<EnvironmentVariable>(environmentVariables, '').map(({ item }) => item.userCredential?.name),
    ...given(imagePullSecrets, '').map(({ item }) => item.name),
  ];
  return {
    dataVolumes: volumes.flatMap(({ item: { id }, at }) => (id ? [{ id, at: `${at}.id` }] : [])),
    credentials: [...new Set(names.filter((name) => typeof name === 'string' && name !== ''))] as string[],
  };
}
