/** How a cluster enforces a replica's share of GPU memory. */
export type GpuMemoryEnforcement = 'none' | 'hami-core' | 'nv-fractions';

/** Settings of the platform that decide which specs are accepted. */
export interface SpecSettings {
  /** `none` where it is unknown. */
  readonly gpuMemoryEnforcement?: GpuMemoryEnforcement | undefined;
  /** Whether devices are shared, for input that does not state it itself, such as the defaults of a policy. */
  readonly sharesDevices?: boolean | undefined;
  /** Exposed URLs lead through the gateway, which enforces who may call them. */
  readonly guardsUrls?: boolean | undefined;
}

/**
 * Variables with which a container would get devices from NVIDIA's container runtime beyond those allocated to it:
 * GPUs, the management of MIG, channels between nodes, and drivers of other devices.
 */
const DEVICE_VARIABLES: ReadonlySet<string> = new Set([
  'NVIDIA_VISIBLE_DEVICES',
  'NVIDIA_MIG_CONFIG_DEVICES',
  'NVIDIA_MIG_MONITOR_DEVICES',
  'NVIDIA_IMEX_CHANNELS',
  'NVIDIA_GDS',
  'NVIDIA_GDRCOPY',
  'NVIDIA_MOFED',
  'NVIDIA_NVSWITCH',
  'DOCKER_RESOURCE_GPU',
]);

/** Variables that change what a mode enforces, by mode. The numbered ones apply to one device. */
const LIMIT_VARIABLES: Readonly<Record<GpuMemoryEnforcement, RegExp | undefined>> = {
  none: undefined,
  // What libvgpu reads, what keeps it from being loaded, and what the loader puts in front of it.
  'hami-core':
    /^(CUDA_DEVICE_(MEMORY|SM)_LIMIT(_.*)?|CUDA_DEVICE_MEMORY_SHARED_CACHE|CUDA_DISABLE_CONTROL|CUDA_OVERSUBSCRIBE|CUDA_TASK_PRIORITY|GPU_CORE_UTILIZATION_POLICY|ACTIVE_OOM_KILLER|LIBVGPU_.*|HAMI_.*|LD_PRELOAD|LD_AUDIT)$/,
  // The limits as the node's plugin hands them to the driver, and the way to its MPS server.
  'nv-fractions': /^(NVIDIA_GPU_MEMORY_(REQUEST|LIMIT)|CUDA_MPS_.*)$/,
};

/**
 * Why a container may not have a variable of this name, whatever its source; undefined where it may. Names are
 * case-sensitive, as on Linux. Limits apply only to replicas that share a device.
 */
export function refusedVariable(
  name: string,
  shares: boolean,
  { gpuMemoryEnforcement: mode = 'none' }: SpecSettings,
): string | undefined {
  if (DEVICE_VARIABLES.has(name))
    return `${name} cannot be set: a workload gets only the devices allocated to it; request them in spec.compute`;
  if (shares && LIMIT_VARIABLES[mode]?.test(name) === true)
    return `${name} cannot be set by a workload that shares a GPU: this cluster enforces its share of memory with ${mode}, which the variable would change`;
  return undefined;
}

/** Directory in which the runtime reads file names as the devices of a container. */
const DEVICE_LIST = /^(\/var)?\/run\/nvidia-container-devices(\/|$)/;

/** True for a mount path that NVIDIA's container runtime reads as a device request. */
export const asksForDevices = (mountPath: string): boolean => DEVICE_LIST.test(cleanPath(mountPath));

/** The path without empty segments, `.` and `..`, as the runtime reads it. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  return `/${parts.join('/')}`;
}

/**
 * True for an extended resource that is a GPU or a part of one: those are allocated by `spec.compute`, within a quota.
 */
export const isGpuResource = (resource: string): boolean => /^nvidia\.com\/(gpu|mig-)/i.test(resource);

export const DEVICE_MOUNT =
  'a mount at this path would request devices from the container runtime; request them in spec.compute';
export const GPU_RESOURCE =
  'GPUs cannot be requested as extended resources; use gpuDevicesRequest and gpuRequestType';
