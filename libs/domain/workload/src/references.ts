import { given } from './compile/ignored-fields';
import type { EnvironmentVariable, GitSource, InferenceSpec } from './spec';

type Names = Readonly<Record<string, string>>;

/** Kubernetes objects, in the namespace of the project, that the ids and names in a spec resolve to. */
export interface References {
  /** Name of the claim behind a data volume, by its id as the spec writes it. */
  readonly dataVolumes?: Names | undefined;
  /** Name of the Secret behind a credential, by its id or name as the spec writes it. */
  readonly credentials?: Names | undefined;
}

/** Data volumes and credentials that a spec refers to. */
export interface NamedAssets {
  readonly dataVolumes: readonly { readonly id: string; readonly at: string }[];
  readonly credentials: readonly string[];
}

/** Claim of an unregistered data volume: the operator of the cluster creates it under this name. */
export const conventionalClaim = (id: string): string => `data-${id}`;

/** The claim of a data volume. */
export const claimBehind = (id: string, { dataVolumes }: References): string =>
  known(dataVolumes, id) ?? conventionalClaim(id);

/** The Secret of a name: that of the credential with this id or name, else the Secret of this name. */
export const secretBehind = (name: string, { credentials }: References): string =>
  known(credentials, name) ?? name;

/** Own properties only: names come from requests and may be `constructor`. */
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
