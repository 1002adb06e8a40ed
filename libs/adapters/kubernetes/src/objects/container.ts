import type { V1Container, V1EnvVar, V1Probe, V1ResourceRequirements } from '@kubernetes/client-node';
import type { NewReplica, CompiledWorkload } from '@tessera/application-reconciliation';
import { GPU_RESOURCE, MAIN_CONTAINER } from '@tessera/contracts-kubernetes';
import {
  refusedVariable,
  type EnvIntent,
  type GpuIntent,
  type ReadinessIntent,
  type WorkloadIntent,
} from '@tessera/domain-workload';
import { instanceResource } from '../view/nodes/device-offers';
import { mainSecurity } from './security';
import { isShared, NO_DEVICES, sharingEnvironment, type GpuSharing } from './sharing';
import { homeOf, volumeMounts } from './volumes';

/** The user's container. Each field comes from one field of the intent and is absent if that is. */
export function mainContainer(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing,
): V1Container {
  const { container, security, network } = target.intent;
  return {
    name: MAIN_CONTAINER,
    image: container.image,
    env: environment(target, replica, sharing),
    resources: resources(target, replica),
    ports: containerPorts(
      network.servingPort?.container,
      [...network.ports, ...network.exposedUrls].map((port) => port.container),
    ),
    ...volumeMounts(target.intent),
    ...optional('imagePullPolicy', container.imagePullPolicy),
    ...optional('command', container.command && [...container.command]),
    ...optional('args', container.args && [...container.args]),
    ...optional('workingDir', container.workingDir),
    ...optional('readinessProbe', container.readiness && probe(container.readiness)),
    securityContext: mainSecurity(security),
  };
}

const optional = <K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [name]: value } as Record<K, V>);

const containerPorts = (serving: number | undefined, others: readonly number[]) =>
  [...new Set([...(serving === undefined ? [] : [serving]), ...others])].map((containerPort) => ({
    containerPort,
  }));

/**
 * Environment: first the variables that the reference defines for every container (§6), then those of the user, which
 * override them, last the devices and their limits. Users cannot set the latter; such variables are left out.
 */
function environment(target: CompiledWorkload, replica: NewReplica, sharing: GpuSharing): V1EnvVar[] {
  const { workload, intent } = target;
  const home = homeOf(intent);
  const ours: V1EnvVar[] = [
    { name: 'RUNAI_PROJECT', value: workload.ref.projectName },
    { name: 'RUNAI_JOB_NAME', value: workload.ref.name },
    { name: 'RUNAI_JOB_UUID', value: workload.ref.workloadId },
    { name: 'RUNAI_NUM_OF_GPUS', value: String(deviceCount(intent.resources.gpu)) },
    { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ...(home === undefined ? [] : [{ name: 'HOME', value: home }]),
  ];
  const devices = deviceEnvironment(target, replica, sharing);
  const decided = new Set(devices.map(({ name }) => name));
  const settings = { gpuMemoryEnforcement: sharing.enforcement };
  const theirs = intent.container.env
    .map(variable)
    .filter(({ name }) => !decided.has(name) && !refusedVariable(name, isShared(replica), settings));
  const named = new Set(theirs.map(({ name }) => name));
  return [...ours.filter(({ name }) => !named.has(name)), ...theirs, ...devices];
}

/**
 * Device variables. A container without GPU gets an explicit "none": if NVIDIA's runtime is the default of a node, it
 * would otherwise inject every device that the image requests. For whole devices and MIG instances the device plugin
 * sets them.
 */
function deviceEnvironment(
  target: CompiledWorkload,
  replica: NewReplica,
  sharing: GpuSharing,
): readonly V1EnvVar[] {
  const { kind } = target.intent.resources.gpu;
  return kind === 'none' ? [NO_DEVICES] : sharingEnvironment(target, replica, sharing);
}

function variable(env: EnvIntent): V1EnvVar {
  switch (env.from) {
    case 'value':
      return { name: env.name, value: env.value };
    case 'secret':
      return { name: env.name, valueFrom: { secretKeyRef: { name: env.object, key: env.key } } };
    case 'configMap':
      return { name: env.name, valueFrom: { configMapKeyRef: { name: env.object, key: env.key } } };
    case 'podField':
      return { name: env.name, valueFrom: { fieldRef: { fieldPath: env.path } } };
  }
}

const deviceCount = (gpu: GpuIntent): number =>
  gpu.kind === 'none' ? 0 : gpu.kind === 'mig' ? 1 : gpu.devices;

/**
 * Requests and limits. Whole devices and MIG instances are device-plugin resources; instances are named by their
 * profile or, with the strategy `single`, counted as whole devices. A share of a device is no resource: it is written
 * to the allocation annotation, and a reservation pod takes the device itself.
 */
function resources({ intent }: CompiledWorkload, { placement }: NewReplica): V1ResourceRequirements {
  const { gpu, extended } = intent.resources;
  const { requests, limits } = cpuAndMemory(intent.resources);
  const counted: Record<string, string> = {};
  for (const [name, quantity] of Object.entries(extended)) counted[name] = String(quantity);
  if (gpu.kind === 'whole') counted[GPU_RESOURCE] = String(gpu.devices);
  if (gpu.kind === 'mig') counted[instanceResource(gpu.profile, placement.devices[0]?.mig)] = '1';
  return {
    requests: { ...requests, ...counted },
    limits: { ...limits, ...counted },
  };
}

/** The part of the requests and limits that every container may have. */
export const cpuAndMemory = ({
  cpuMilli,
  cpuLimitMilli,
  memoryMiB,
  memoryLimitMiB,
}: WorkloadIntent['resources']): V1ResourceRequirements => ({
  requests: {
    ...(cpuMilli > 0 ? { cpu: cores(cpuMilli) } : {}),
    ...(memoryMiB > 0 ? { memory: `${memoryMiB}Mi` } : {}),
  },
  limits: {
    ...(cpuLimitMilli === undefined ? {} : { cpu: cores(cpuLimitMilli) }),
    ...(memoryLimitMiB === undefined ? {} : { memory: `${memoryLimitMiB}Mi` }),
  },
});

/** In the notation of Kubernetes. */
const cores = (milli: number): string => (milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`);

function probe({ path, port, host, scheme, ...timing }: ReadinessIntent): V1Probe {
  return { httpGet: { path, port, scheme, ...optional('host', host) }, ...timing };
}
