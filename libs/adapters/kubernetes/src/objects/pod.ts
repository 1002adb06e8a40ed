import type {
  V1Affinity,
  V1Container,
  V1EnvVar,
  V1OwnerReference,
  V1Pod,
  V1Toleration,
} from '@kubernetes/client-node';
import {
  nodePoolsOf,
  revisionOf,
  type NewReplica,
  type CompiledWorkload,
} from '@tessera/application-reconciliation';
import { ANNOTATIONS, LABELS, MAIN_CONTAINER, type GpuAllocation } from '@tessera/contracts-kubernetes';
import {
  reservedFor,
  type PlacementIntent,
  type TolerationIntent,
  type VolumeIntent,
  type WorkloadIntent,
} from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { cpuAndMemory, mainContainer } from './container';
import { workloadLabels } from './metadata';
import { gitSecurity, podSecurity } from './security';
import { enforcementFor, isShared, NO_DEVICES, sharingAnnotations, type GpuSharing } from './sharing';
import { podVolumes, SSH_FILE, sshKeyVolume, usesSshKey } from './volumes';

/** Clones a repository into its volume before the user's container starts. */
const GIT_IMAGE = 'registry.k8s.io/git-sync/git-sync:v4.4.2';
/** Path of the key that gives access to the repository. */
const SSH_FOLDER = '/etc/git-secret';

/** How replicas of this cluster terminate. */
export interface LeavingSettings {
  /** Time for the requests of a workload that sets no `requestTimeoutSeconds`, ms. */
  readonly requestMs: number;
  /** How long a deleted replica goes on serving, s, while Services and routes remove it; 0 disables it. */
  readonly preStopSeconds: number;
}

/**
 * The pod of one replica, with its node and GPU allocation set: placement and binding are one write. Pure: the same
 * replica gives the same object.
 */
export function replicaPod(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing,
  owner?: V1OwnerReference,
  leaving?: LeavingSettings,
): V1Pod {
  const { workload, intent } = target;
  const serving = intent.network.servingPort?.container ?? intent.network.ports[0]?.container;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: replica.name,
      namespace: workload.ref.namespace,
      ...(owner === undefined ? {} : { ownerReferences: [owner] }),
      labels: {
        ...chosen(intent.metadata.labels),
        ...workloadLabels(workload),
        [LABELS.generation]: String(revisionOf(workload)),
        [LABELS.replica]: String(replica.ordinal),
      },
      annotations: {
        ...chosen(intent.metadata.annotations),
        [ANNOTATIONS.allocation]: JSON.stringify(allocationOf(target, replica, sharing)),
        ...sharingAnnotations(target, replica, sharing, MAIN_CONTAINER),
        ...(serving === undefined ? {} : { [ANNOTATIONS.servingPort]: String(serving) }),
        ...(replica.rejections === undefined ? {} : { [ANNOTATIONS.rejections]: String(replica.rejections) }),
      },
    },
    spec: {
      nodeName: replica.placement.node,
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      ...(sharing.runtimeClass !== undefined && isShared(replica)
        ? { runtimeClassName: sharing.runtimeClass }
        : {}),
      ...maybe('priorityClassName', intent.priorityClass),
      containers: [{ ...mainContainer(target, replica, sharing), ...preStop(intent, leaving) }],
      initContainers: gitContainers(intent),
      volumes: podVolumes(intent, workload),
      tolerations: intent.placement.tolerations.map(toleration),
      affinity: affinity(intent.placement, workload.ref.workloadId),
      securityContext: podSecurity(intent.security),
      imagePullSecrets: intent.imagePullSecrets.map((name) => ({ name })),
      ...gracePeriod(intent, leaving),
    },
  };
}

/** A replica without a port receives no requests. */
const isReached = ({ network: { servingPort, ports, exposedUrls } }: WorkloadIntent): boolean =>
  servingPort !== undefined || ports.length > 0 || exposedUrls.length > 0;

/**
 * Requests that do not come through the gateway reach a deleted replica until every node has removed it from its
 * Services and routes. Until then it keeps serving; kubelet sleeps, so that the image needs no program for it.
 */
function preStop(
  intent: WorkloadIntent,
  leaving: LeavingSettings | undefined,
): Pick<V1Container, 'lifecycle'> {
  if (leaving === undefined || leaving.preStopSeconds === 0 || !isReached(intent)) return {};
  return { lifecycle: { preStop: { sleep: { seconds: leaving.preStopSeconds } } } };
}

/** The sleep, and then the longest time that a request may take. */
function gracePeriod(
  intent: WorkloadIntent,
  leaving: LeavingSettings | undefined,
): { terminationGracePeriodSeconds?: number } {
  if (leaving === undefined || !isReached(intent)) return {};
  const requestMs = intent.network.requestTimeoutMs ?? leaving.requestMs;
  return {
    terminationGracePeriodSeconds: leaving.preStopSeconds + Math.max(1, Math.ceil(requestMs / 1_000)),
  };
}

/**
 * Labels and annotations that a user may set. Reserved ones are dropped from the intent because they would take effect
 * here.
 */
const chosen = (named: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(named).filter(([key]) => reservedFor(key) === undefined));

function allocationOf(target: CompiledWorkload, replica: NewReplica, sharing: GpuSharing): GpuAllocation {
  const { placement } = replica;
  const pool = placement.pool ?? nodePoolsOf(target.workload, target.intent)[0];
  return {
    version: 1,
    node: placement.node,
    kind: placement.kind,
    ...maybe('gpuModel', placement.gpuModel),
    devices: placement.devices.map((share) => ({ ...share })),
    ...maybe('nodePool', pool),
    ...(isShared(replica) ? { enforcement: enforcementFor(replica, sharing) } : {}),
  };
}

const toleration = ({ seconds, ...rest }: TolerationIntent): V1Toleration => ({
  ...rest,
  ...maybe('tolerationSeconds', seconds),
});

/** Placement has already applied these rules; the pod keeps them for people and for tools that move pods later. */
function affinity(placement: PlacementIntent, workloadId: string): V1Affinity {
  const { nodeAffinity, podAffinity } = placement;
  const terms = nodeAffinity.map(({ expressions }) => ({
    matchExpressions: expressions.map(({ key, operator, values }) => ({
      key,
      operator,
      values: [...values],
    })),
  }));
  const near = podAffinity && {
    labelSelector: { matchLabels: { [LABELS.workloadId]: workloadId } },
    topologyKey: podAffinity.topologyKey,
  };
  return {
    ...(terms.length === 0
      ? {}
      : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }),
    ...(near === undefined
      ? {}
      : {
          podAffinity:
            podAffinity?.type === 'Required'
              ? { requiredDuringSchedulingIgnoredDuringExecution: [near] }
              : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: near }] },
        }),
  };
}

function gitContainers({ storage, security, resources }: WorkloadIntent): V1Container[] {
  return storage.volumes
    .filter((volume) => volume.kind === 'git')
    .map((volume) => ({
      name: `clone-${volume.volumeName}`,
      image: GIT_IMAGE,
      args: [
        '--one-time',
        `--repo=${literal(volume.repository)}`,
        `--ref=${literal(volume.revision ?? volume.branch ?? 'HEAD')}`,
        '--root=/git',
      ],
      // Those of the other container, so that a quota on them is met where the workload meets it, and by the same amount.
      resources: cpuAndMemory(resources),
      // This container needs no device, whatever the replica has.
      env: [...gitEnvironment(volume), NO_DEVICES],
      securityContext: gitSecurity(security),
      volumeMounts: [
        { name: volume.volumeName, mountPath: '/git' },
        ...(usesSshKey(volume)
          ? [{ name: sshKeyVolume(volume.volumeName), mountPath: SSH_FOLDER, readOnly: true }]
          : []),
      ],
    }));
}

/**
 * Escapes the text: kubelet would replace every `$(NAME)` with the container's variable, such as its password.
 */
const literal = (text: string): string => text.replace(/\$/g, '$$$$');

type GitVolume = Extract<VolumeIntent, { kind: 'git' }>;

function gitEnvironment(volume: GitVolume): V1EnvVar[] {
  const { secret: name, userKey, passwordKey } = volume;
  if (name === undefined) return [];
  if (usesSshKey(volume)) return [{ name: 'GITSYNC_SSH_KEY_FILE', value: `${SSH_FOLDER}/${SSH_FILE}` }];
  return [
    { name: 'GITSYNC_USERNAME', valueFrom: { secretKeyRef: { name, key: userKey } } },
    { name: 'GITSYNC_PASSWORD', valueFrom: { secretKeyRef: { name, key: passwordKey } } },
  ];
}
