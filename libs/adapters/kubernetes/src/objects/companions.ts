import type { V1Namespace, V1PersistentVolumeClaim, V1Service } from '@kubernetes/client-node';
import type { ProjectNamespace, RealisedWorkload } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import type { NetworkIntent, VolumeIntent } from '@tessera/domain-workload';
import { objectName, workloadLabels } from './metadata';
import { claimNameOf } from './volumes';

/** Namespace of a project. */
export function projectNamespace({ namespace, projectName, projectId }: ProjectNamespace): V1Namespace {
  const labels = {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.project]: projectName,
    [LABELS.projectId]: projectId,
  };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } };
}

/** One Service for the model server and one for each port that was asked for. */
export function services(target: RealisedWorkload): V1Service[] {
  const { servingPort, ports } = target.intent.network;
  const serving =
    servingPort === undefined
      ? []
      : [service(target, 'serving', 'ClusterIP', { port: 80, targetPort: servingPort.container })];
  return [
    ...serving,
    ...ports.map((port) => service(target, `port-${port.container}`, port.serviceType, servicePort(port))),
  ];
}

/** `external` is a node port only for NodePort; otherwise it is the Service's port (design §3). */
function servicePort({ container, serviceType, external }: NetworkIntent['ports'][number]) {
  if (external === undefined) return { port: container, targetPort: container };
  return serviceType === 'NodePort'
    ? { port: container, targetPort: container, nodePort: external }
    : { port: external, targetPort: container };
}

function service(
  target: RealisedWorkload,
  suffix: string,
  type: string,
  port: { port: number; targetPort: number; nodePort?: number },
): V1Service {
  const { workload } = target;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: objectName(workload.ref.name, suffix),
      namespace: workload.ref.namespace,
      labels: workloadLabels(workload),
    },
    spec: {
      type,
      selector: { [LABELS.workloadId]: workload.ref.workloadId },
      ports: [{ name: 'main', ...port }],
    },
  };
}

/** Label of a claim that outlives its workloads: it was named by the user and may be shared. */
const SHARED = 'tessera.io/shared';

/**
 * The claims to create or adopt. A named claim may serve several workloads and outlives them, so it carries no workload's
 * id; a generated or ephemeral one goes with its workload.
 */
export function claims(target: RealisedWorkload): V1PersistentVolumeClaim[] {
  return target.intent.storage.volumes
    .filter((volume) => volume.kind === 'pvc' && !volume.existing)
    .map((volume) => claim(target, volume as Pvc));
}

type Pvc = Extract<VolumeIntent, { kind: 'pvc' }>;

function claim(target: RealisedWorkload, volume: Pvc): V1PersistentVolumeClaim {
  const { workload } = target;
  const own = volume.ephemeral || volume.claimName === undefined;
  const labels = own ? workloadLabels(workload) : { [LABELS.managedBy]: MANAGED_BY, [SHARED]: 'true' };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: claimNameOf(volume, workload), namespace: workload.ref.namespace, labels },
    spec: {
      accessModes: [...volume.accessModes],
      volumeMode: volume.block ? 'Block' : 'Filesystem',
      resources: { requests: { storage: `${volume.sizeMiB ?? 1024}Mi` } },
      ...(volume.storageClass === undefined ? {} : { storageClassName: volume.storageClass }),
    },
  };
}
