import { isDataKey, isObjectName } from '../kubernetes-names';
import { given } from '../compile/ignored-fields';
import type { Claim, GitSource, InferenceSpec, Storage } from '../spec';
import { positiveBytes, requireFields, type Report } from './violation';

const ROOT = 'spec.storage';

/** Volume rules. Git without a repository and a second mount at the same path are ignored later, not refused here. */
export function storageRules(spec: InferenceSpec, report: Report): void {
  const storage = spec.storage ?? {};
  for (const { item, at } of given(storage.dataVolume, `${ROOT}.dataVolume`))
    requireFields(item, ['id', 'mountPath'], at, report);
  for (const { item, at } of given<Claim>(storage.pvc, `${ROOT}.pvc`)) claimRules(item, at, report);
  for (const { item, at } of given<GitSource>(storage.git, `${ROOT}.git`)) gitRules(item, at, report);
  for (const { item, at } of given(storage.configMapVolume, `${ROOT}.configMapVolume`))
    objectRules(item, 'configMap', at, report);
  for (const { item, at } of given(storage.secretVolume, `${ROOT}.secretVolume`))
    objectRules(item, 'secret', at, report);
  laterRules(storage, report);
  (spec.imagePullSecrets ?? []).forEach((secret, index) => {
    const at = `spec.imagePullSecrets[${index}]`;
    if (secret && secret.exclude !== true) nameOfObject(secret, 'name', at, report);
  });
}

/** A mandatory name of a Kubernetes object. */
function nameOfObject(owner: object, field: string, at: string, report: Report, mandatory = true): void {
  const name = (owner as Readonly<Record<string, unknown>>)[field];
  if (mandatory) requireFields(owner, [field], at, report);
  if (typeof name === 'string' && name !== '' && !isObjectName(name))
    report(`${at}.${field}`, `"${name}" is not a valid name of a Kubernetes object`);
}

function claimRules(claim: Claim, at: string, report: Report): void {
  requireFields(claim, ['path'], at, report);
  nameOfObject(claim, 'claimName', at, report, claim.existingPvc === true);
  if (claim.existingPvc === true) {
    if (claim.claimInfo) report(`${at}.claimInfo`, 'must not be given with an existing claim');
    return;
  }
  const info = claim.claimInfo ?? {};
  requireFields(info, ['size'], `${at}.claimInfo`, report);
  positiveBytes(info.size || undefined, `${at}.claimInfo.size`, report);
  nameOfObject(info, 'storageClass', `${at}.claimInfo`, report, false);
}

function gitRules(git: GitSource, at: string, report: Report): void {
  if (!git.repository) return;
  requireFields(git, ['path'], at, report);
  nameOfObject(git, 'passwordSecret', at, report, false);
  if (git.secretRef) nameOfObject(git.secretRef, 'name', `${at}.secretRef`, report);
  for (const key of ['secretKeyOfUser', 'secretKeyOfPassword'] as const) {
    const value = git[key];
    if (value && !isDataKey(value)) report(`${at}.${key}`, `"${value}" is not a key of a Secret`);
  }
}

function objectRules(
  item: { readonly mountPath?: unknown; readonly subPath?: string | null | undefined },
  kind: 'configMap' | 'secret',
  at: string,
  report: Report,
): void {
  nameOfObject(item, kind, at, report);
  requireFields(item, ['mountPath'], at, report);
  const { subPath } = item;
  if (subPath && (subPath.startsWith('/') || climbs(subPath)))
    report(`${at}.subPath`, 'must be a relative path without ".."');
}

const climbs = (path: string): boolean => path.split('/').includes('..');

function laterRules(storage: Storage, report: Report): void {
  for (const { item, at } of given(storage.nfs, `${ROOT}.nfs`)) {
    requireFields(item, ['path', 'server', 'mountPath'], at, report);
    if (item.path && (!item.path.startsWith('/') || climbs(item.path)))
      report(`${at}.path`, 'must be an absolute path without ".."');
  }
  for (const { item, at } of given(storage.hostPath, `${ROOT}.hostPath`)) {
    requireFields(item, ['path', 'mountPath'], at, report);
    if (item.path && climbs(item.path)) report(`${at}.path`, 'must not contain ".."');
  }
  for (const { item, at } of given(storage.emptyDirVolume, `${ROOT}.emptyDirVolume`)) {
    requireFields(item, ['path'], at, report);
    if (item.medium && item.medium !== 'Memory')
      report(`${at}.medium`, `must be "Memory" or empty, not "${item.medium}"`);
    positiveBytes(item.sizeLimit, `${at}.sizeLimit`, report);
  }
}
