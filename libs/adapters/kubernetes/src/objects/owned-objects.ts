import type {
  KubernetesObject,
  V1ObjectMeta,
  V1PersistentVolumeClaim,
  V1Service,
} from '@kubernetes/client-node';
import type { CompiledWorkload } from '@tessera/application-reconciliation';
import { ANNOTATIONS, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import type { NetworkIntent, VolumeIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { objectName, workloadLabels } from './metadata';
import { networkPolicies, openPortsPolicy } from './network-policy';
import { ROUTE_GROUPS, routes, type UrlExposure } from './routes';
import { claimNameOf } from './volumes';

/** An owned object of a workload, other than pods. */
export interface OwnedObject {
  /** Path of its collection. */
  readonly path: string;
  readonly object: KubernetesObject & { readonly metadata?: V1ObjectMeta };
  /** Only its existence is compared: it may belong to someone else, or be immutable. */
  readonly presenceOnly: boolean;
  /** It is deleted with the workload. */
  readonly owned: boolean;
  /** Replicas can run without it. */
  readonly optional: boolean;
  /** It must exist before any pod of the workload is created. */
  readonly first: boolean;
}

/** All owned objects of a workload except pods, in creation order. Pure. */
export function ownedObjects(target: CompiledWorkload, exposure: UrlExposure): readonly OwnedObject[] {
  const core = `/api/v1/namespaces/${target.workload.ref.namespace}`;
  return [
    ...claims(target).map((object) => ({
      path: `${core}/persistentvolumeclaims`,
      object,
      presenceOnly: true,
      owned: object.metadata?.labels?.[SHARED] === undefined,
      optional: false,
      first: true,
    })),
    ...services(target, exposure).map((object) => ({
      path: `${core}/services`,
      object,
      presenceOnly: false,
      owned: true,
      optional: false,
      first: false,
    })),
    ...[openPortsPolicy(target)].flatMap((object) =>
      object === undefined
        ? []
        : [
            {
              path: networkPolicies(target.workload.ref.namespace),
              object,
              presenceOnly: false,
              owned: true,
              optional: true,
              first: false,
            },
          ],
    ),
    ...routes(target, exposure).map((object) => ({
      path: routePath(exposure, target.workload.ref.namespace),
      object,
      presenceOnly: false,
      owned: true,
      optional: true,
      first: false,
    })),
  ];
}

const routePath = ({ kind }: UrlExposure, namespace: string): string => {
  const { group, plural } = ROUTE_GROUPS[kind === 'gateway' ? 'gateway' : 'ingress'];
  return `${group}/namespaces/${namespace}/${plural}`;
};

/** One Service for the model server, one for each requested port, and one for each port behind a URL. */
export function services(target: CompiledWorkload, exposure: UrlExposure = { kind: 'none' }): V1Service[] {
  const { servingPort, ports, exposedUrls } = target.intent.network;
  const behindUrls =
    exposure.kind === 'none' || exposure.kind === 'tessera'
      ? []
      : [...new Set(exposedUrls.map(({ container }) => container))];
  const serving =
    servingPort === undefined
      ? []
      : [headless(service(target, 'serving', 'ClusterIP', servicePortOf(servingPort.container)))];
  return [
    ...serving,
    ...ports.map((port, index) =>
      service(target, portSuffix(ports, index), port.serviceType, servicePort(port), connection(port)),
    ),
    ...behindUrls.map((container) =>
      service(target, `url-${container}`, 'ClusterIP', { port: 80, targetPort: container }),
    ),
  ];
}

/**
 * Headless: the Service needs no cluster IP. The gateway sends requests to pods, and every cluster IP makes the API
 * server read all that are in use.
 */
const headless = (service: V1Service): V1Service => ({
  ...service,
  spec: { ...service.spec, clusterIP: 'None' },
});

const servicePortOf = (container: number) => ({ port: container, targetPort: container });

/** A container port may be requested several times, inside the cluster and on its nodes; each gets its own Service. */
function portSuffix(ports: NetworkIntent['ports'], index: number): string {
  const container = ports[index]?.container ?? 0;
  const before = ports.slice(0, index).filter((port) => port.container === container).length;
  return before === 0 ? `port-${container}` : `port-${container}-${before + 1}`;
}

/** `external` is a node port only for NodePort; otherwise it is the Service's port (design §3). */
function servicePort({ container, serviceType, external }: NetworkIntent['ports'][number]) {
  if (external === undefined) return servicePortOf(container);
  return serviceType === 'NodePort'
    ? { port: container, targetPort: container, nodePort: external }
    : { port: external, targetPort: container };
}

const connection = ({ name, toolType, toolName }: NetworkIntent['ports'][number]) => ({
  [ANNOTATIONS.connection]: name,
  ...maybe(ANNOTATIONS.toolType, toolType),
  ...maybe(ANNOTATIONS.toolName, toolName),
});

function service(
  target: CompiledWorkload,
  suffix: string,
  type: string,
  port: { port: number; targetPort: number; nodePort?: number },
  annotations?: Record<string, string>,
): V1Service {
  const { workload } = target;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: objectName(workload.ref.name, suffix),
      namespace: workload.ref.namespace,
      labels: workloadLabels(workload),
      ...maybe('annotations', annotations),
    },
    spec: {
      type,
      selector: { [LABELS.workloadId]: workload.ref.workloadId },
      ports: [{ name: 'main', ...port }],
    },
  };
}

/** Label of a claim that outlives its workloads: the user named it, and workloads may share it. */
const SHARED = 'tessera.io/shared';

/**
 * The claims to create or adopt. A named claim may serve several workloads and outlives them, so it has no workload id;
 * a generated or ephemeral one is deleted with its workload.
 */
export function claims(target: CompiledWorkload): V1PersistentVolumeClaim[] {
  return target.intent.storage.volumes
    .filter((volume) => volume.kind === 'pvc' && !volume.existing)
    .map((volume) => claim(target, volume as Pvc));
}

type Pvc = Extract<VolumeIntent, { kind: 'pvc' }>;

function claim(target: CompiledWorkload, volume: Pvc): V1PersistentVolumeClaim {
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
      ...maybe('storageClassName', volume.storageClass),
    },
  };
}
