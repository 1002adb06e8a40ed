import type { V1Container, V1Volume, V1VolumeDevice, V1VolumeMount } from '@kubernetes/client-node';
import type { AcceptedWorkload, CompiledWorkload } from '@tessera/application-reconciliation';
import type { VolumeIntent, WorkloadIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { objectName } from './metadata';

const HOME_VOLUME = 'home';
const SHM_VOLUME = 'shm';
/** Home of a container that requested one without setting HOME. */
const DEFAULT_HOME = '/home/tessera';

type PvcIntent = Extract<VolumeIntent, { kind: 'pvc' }>;

/** Name of the claim that a volume uses: the given one, or one of the workload. */
export const claimNameOf = (volume: PvcIntent, workload: AcceptedWorkload): string =>
  volume.claimName ?? objectName(workload.ref.name, volume.volumeName);

/** A claim that the pods of a workload mount. */
export interface MountedClaim {
  readonly name: string;
  /** Path of its field in the request. */
  readonly field: string;
  /** The workload creates it. */
  readonly made: boolean;
  /** Access modes that the workload asks for where it creates it. */
  readonly accessModes?: readonly string[];
}

/** The claims behind the volumes of a workload, in their order. */
export function claimVolumes({ workload, intent }: CompiledWorkload): readonly MountedClaim[] {
  return intent.storage.volumes.flatMap((volume): readonly MountedClaim[] => {
    if (volume.kind === 'dataVolume')
      return [{ name: volume.claim, field: 'spec.storage.dataVolume', made: false }];
    if (volume.kind !== 'pvc') return [];
    const name = claimNameOf(volume, workload);
    const field = 'spec.storage.pvc';
    return volume.existing
      ? [{ name, field, made: false }]
      : [{ name, field, made: true, accessModes: volume.accessModes }];
  });
}

/** Mount path of the temporary home; undefined if none was requested. */
export function homeOf(intent: WorkloadIntent): string | undefined {
  if (!intent.container.createHomeDir) return undefined;
  const own = intent.container.env.find((env) => env.name === 'HOME');
  return own?.from === 'value' ? own.value : DEFAULT_HOME;
}

/** All volumes of a pod. */
export function podVolumes(intent: WorkloadIntent, workload: AcceptedWorkload): V1Volume[] {
  const volumes: V1Volume[] = intent.storage.volumes.map((volume) => ({
    name: volume.volumeName,
    ...source(volume, workload),
  }));
  volumes.push(...intent.storage.volumes.filter(usesSshKey).map(sshKey));
  if (homeOf(intent) !== undefined) volumes.push({ name: HOME_VOLUME, emptyDir: {} });
  if (intent.resources.largeShm) volumes.push({ name: SHM_VOLUME, emptyDir: { medium: 'Memory' } });
  return volumes;
}

type GitIntent = Extract<VolumeIntent, { kind: 'git' }>;

/** Key of a secret of the type `kubernetes.io/ssh-auth`. */
const SSH_KEY = 'ssh-privatekey';
/** File name of the key in its volume. */
export const SSH_FILE = 'ssh';
export const sshKeyVolume = (volumeName: string): string => `${volumeName}-key`;

/** True for a repository that is opened by an SSH key. */
export const usesSshKey = (volume: VolumeIntent): volume is GitIntent =>
  volume.kind === 'git' && volume.sshKey === true && volume.secret !== undefined;

/** Readable by the group: git-sync runs as a user of its own. */
const sshKey = ({ volumeName, secret }: GitIntent) => ({
  name: sshKeyVolume(volumeName),
  secret: { secretName: secret ?? '', items: [{ key: SSH_KEY, path: SSH_FILE }], defaultMode: 0o440 },
});

function source(volume: VolumeIntent, workload: AcceptedWorkload): Omit<V1Volume, 'name'> {
  switch (volume.kind) {
    case 'dataVolume':
      return { persistentVolumeClaim: { claimName: volume.claim, readOnly: volume.readOnly } };
    case 'pvc':
      return {
        persistentVolumeClaim: { claimName: claimNameOf(volume, workload), readOnly: volume.readOnly },
      };
    case 'configMap':
      return { configMap: { name: volume.object, ...mode(volume.defaultMode) } };
    case 'secret':
      return { secret: { secretName: volume.object, ...mode(volume.defaultMode) } };
    case 'nfs':
      return { nfs: { server: volume.server, path: volume.path, readOnly: volume.readOnly } };
    case 'hostPath':
      return { hostPath: { path: volume.path } };
    case 'git':
      return { emptyDir: {} };
    case 'emptyDir':
      return {
        emptyDir: {
          ...maybe('medium', volume.medium),
          ...(volume.sizeMiB === undefined ? {} : { sizeLimit: `${volume.sizeMiB}Mi` }),
        },
      };
  }
}

const mode = (defaultMode: number | undefined) => (defaultMode === undefined ? {} : { defaultMode });

/** Mounts of the user's container; block claims become devices. */
export function volumeMounts(intent: WorkloadIntent): Pick<V1Container, 'volumeMounts' | 'volumeDevices'> {
  const mounts: V1VolumeMount[] = [];
  const devices: V1VolumeDevice[] = [];
  for (const volume of intent.storage.volumes) {
    if (volume.kind === 'pvc' && volume.block)
      devices.push({ name: volume.volumeName, devicePath: volume.mountPath });
    else mounts.push(mount(volume));
  }
  const home = homeOf(intent);
  if (home !== undefined && !mounts.some(({ mountPath }) => mountPath === home))
    mounts.push({ name: HOME_VOLUME, mountPath: home });
  if (intent.resources.largeShm) mounts.push({ name: SHM_VOLUME, mountPath: '/dev/shm' });
  return {
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
    ...(devices.length === 0 ? {} : { volumeDevices: devices }),
  };
}

function mount(volume: VolumeIntent): V1VolumeMount {
  return {
    name: volume.volumeName,
    mountPath: volume.mountPath,
    ...(volume.readOnly ? { readOnly: true } : {}),
    ...('subPath' in volume && volume.subPath !== undefined ? { subPath: volume.subPath } : {}),
    ...(volume.kind === 'hostPath' && volume.propagation !== undefined
      ? { mountPropagation: volume.propagation }
      : {}),
  };
}
