import { maybe } from '@tessera/kernel';
import type { StorageIntent, VolumeIntent } from '../intent';
import { parseQuantity, requestMiB } from '../quantity';
import type { Claim, GitSource, InferenceSpec, Storage } from '../spec';
import { claimBehind, secretBehind, type References } from '../references';
import { asksForDevices, DEVICE_MOUNT } from '../rules/gpu-names';
import { withoutLastSlashes } from '../slashes';
import { given, type Ignore } from './ignored-fields';

type WithoutName<T> = T extends unknown ? Unnamed<T> : never;
type Unnamed<T> = { readonly [K in keyof T as K extends 'volumeName' ? never : K]: T[K] };
type Mount = WithoutName<VolumeIntent>;
interface Found {
  readonly mount: Mount;
  readonly at: string;
}

/** Volumes in the order of the request, with generated names; a second mount at the same path is ignored. */
export function storageIntent(spec: InferenceSpec, ignore: Ignore, references: References): StorageIntent {
  const taken = new Map<string, string>();
  const volumes: VolumeIntent[] = [];
  for (const { mount, at } of mounts(spec.storage ?? {}, ignore, references)) {
    if (asksForDevices(mount.mountPath)) {
      ignore(at, DEVICE_MOUNT, 'refused');
      continue;
    }
    const path = normalPath(mount.mountPath);
    const first = taken.get(path);
    if (first !== undefined) {
      ignore(at, `the mount path "${mount.mountPath}" is already used by ${first}`);
      continue;
    }
    taken.set(path, at);
    volumes.push({ ...mount, volumeName: `vol-${volumes.length}` });
  }
  return { volumes };
}

const normalPath = (path: string): string => (path.length > 1 ? withoutLastSlashes(path) : path);

function mounts(storage: Storage, ignore: Ignore, references: References): readonly Found[] {
  const at = (kind: string): string => `spec.storage.${kind}`;
  return [
    ...given(storage.dataVolume, at('dataVolume')).map(({ item, at }) => ({
      at,
      mount: {
        kind: 'dataVolume',
        id: item.id ?? '',
        claim: claimBehind(item.id ?? '', references),
        mountPath: item.mountPath ?? '',
        readOnly: false,
      } as const,
    })),
    ...given<Claim>(storage.pvc, at('pvc')).map(({ item, at }) => ({ at, mount: claimMount(item) })),
    ...given<GitSource>(storage.git, at('git')).flatMap(({ item, at }) =>
      gitMount(item, at, ignore, references),
    ),
    ...given(storage.configMapVolume, at('configMapVolume')).map(({ item, at }) => ({
      at,
      mount: { kind: 'configMap', object: item.configMap ?? '', ...objectMount(item) } as const,
    })),
    ...given(storage.secretVolume, at('secretVolume')).map(({ item, at }) => ({
      at,
      mount: { kind: 'secret', object: item.secret ?? '', ...objectMount(item) } as const,
    })),
    ...laterMounts(storage),
  ];
}

function laterMounts(storage: Storage): readonly Found[] {
  return [
    ...given(storage.nfs, 'spec.storage.nfs').map(({ item, at }) => ({
      at,
      mount: {
        kind: 'nfs',
        server: item.server ?? '',
        path: item.path ?? '',
        mountPath: item.mountPath ?? '',
        readOnly: item.readOnly ?? true,
      } as const,
    })),
    ...given(storage.hostPath, 'spec.storage.hostPath').map(({ item, at }) => ({
      at,
      mount: {
        kind: 'hostPath',
        path: item.path ?? '',
        mountPath: item.mountPath ?? '',
        readOnly: item.readOnly ?? true,
        ...maybe('propagation', item.mountPropagation),
      } as const,
    })),
    ...given(storage.emptyDirVolume, 'spec.storage.emptyDirVolume').map(({ item, at }) => ({
      at,
      mount: {
        kind: 'emptyDir',
        mountPath: item.path ?? '',
        readOnly: false,
        ...(item.medium === 'Memory' ? { medium: 'Memory' as const } : {}),
        ...maybe('sizeMiB', mib(item.sizeLimit)),
      } as const,
    })),
  ];
}

const mib = (text: string | null | undefined): number | undefined => {
  const quantity = parseQuantity(text ?? '');
  return quantity && requestMiB(quantity);
};

function claimMount(claim: Claim): Mount {
  const { size, storageClass, accessModes, volumeMode } = claim.claimInfo ?? {};
  const modes = {
    ReadWriteOnce: accessModes?.readWriteOnce ?? true,
    ReadOnlyMany: accessModes?.readOnlyMany ?? false,
    ReadWriteMany: accessModes?.readWriteMany ?? false,
  };
  const chosen = (['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany'] as const).filter((mode) => modes[mode]);
  return {
    kind: 'pvc',
    mountPath: claim.path ?? '',
    readOnly: claim.readOnly === true,
    existing: claim.existingPvc === true,
    ephemeral: claim.ephemeral === true,
    accessModes: chosen.length > 0 ? chosen : ['ReadWriteOnce'],
    block: volumeMode === 'Block',
    ...maybe('claimName', claim.claimName),
    ...maybe('sizeMiB', mib(size)),
    ...maybe('storageClass', storageClass),
  };
}

interface ObjectMountFields {
  readonly mountPath?: string | null | undefined;
  readonly subPath?: string | null | undefined;
  readonly defaultMode?: string | null | undefined;
}

const objectMount = (item: ObjectMountFields) => ({
  mountPath: item.mountPath ?? '',
  readOnly: true,
  ...maybe('subPath', item.subPath),
  ...(item.defaultMode ? { defaultMode: Number.parseInt(item.defaultMode, 8) } : {}),
});

function gitMount(git: GitSource, at: string, ignore: Ignore, references: References): readonly Found[] {
  const { repository, secretRef } = git;
  const secret = secretRef?.name ?? git.passwordSecret;
  if (!repository) {
    ignore(at, 'the git source has no repository');
    return [];
  }
  const mount: Mount = {
    kind: 'git',
    repository,
    mountPath: git.path ?? '',
    readOnly: false,
    userKey: secretRef?.secretKeyOfUser ?? git.secretKeyOfUser ?? 'User',
    passwordKey: secretRef?.secretKeyOfPassword ?? git.secretKeyOfPassword ?? 'Password',
    ...maybe('branch', git.branch),
    ...maybe('revision', git.revision),
    ...maybe('secret', secret && secretBehind(secret, references)),
    ...(secretRef?.authenticationMethod === 'ssh-key' ? { sshKey: true } : {}),
  };
  return [{ at, mount }];
}
