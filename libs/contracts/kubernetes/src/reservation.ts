/**
 * A *reservation pod* requests one whole device from the stock NVIDIA device plugin, so that several replicas can share
 * it. One reservation pod represents one *group*: a node and the scheduler's slot on it. kubelet chooses the device;
 * the program inside the pod reports which one it is.
 */
export const RESERVATION = {
  /** Default namespace of all reservation pods; a setting of the scheduler. */
  namespace: 'tessera-reservations',
  /** Service account of the pod, whose only right is to patch pods of that namespace. */
  serviceAccount: 'tessera-reservation',
  /** Name of its only container. */
  container: 'reservation',
  /** Value of {@link RESERVATION_LABELS.component}. */
  component: 'gpu-reservation',
  /** Devices of `nvidia.com/gpu` that it requests. */
  devices: 1,
} as const;

/** Labels of a reservation pod, beside `app.kubernetes.io/managed-by: tessera`. Its node is its `spec.nodeName`. */
export const RESERVATION_LABELS = {
  component: 'app.kubernetes.io/component',
  /** Slot of the group on the node, decimal. */
  slot: 'tessera.io/gpu-slot',
} as const;

export const RESERVATION_ANNOTATIONS = {
  /**
   * UUID of the device of the reservation pod. The program inside writes it once it runs, and the new value after a
   * reboot. The key is that of KAI-Scheduler, so that fake-gpu-operator writes it too.
   */
  uuid: 'run.ai/reserve_for_gpu_index',
} as const;

/**
 * Environment of the program in the reservation pod. It patches {@link RESERVATION_ANNOTATIONS.uuid} of the pod named
 * here (merge patch, service account token and `KUBERNETES_SERVICE_HOST`/`_PORT` as every in-cluster client) and runs
 * until it is stopped. Where it sees no device or more than one, it exits with a code other than 0 and the reason on
 * standard error.
 */
export const RESERVATION_ENV = {
  podName: 'POD_NAME',
  podNamespace: 'POD_NAMESPACE',
  nodeName: 'NODE_NAME',
  /**
   * Set by the device plugin: the UUID, or a CDI name `<vendor>/<class>=<UUID>`, of which the part after `=` is used.
   * The spec of the reservation pod does not set it.
   */
  visibleDevices: 'NVIDIA_VISIBLE_DEVICES',
} as const;

/** Annotation and variable of a replica that shares devices. */
export const SHARED_GPU = {
  /** Annotation: UUIDs of its devices, in the order of its allocation, comma-separated; set once they are injected. */
  devices: 'tessera.io/gpu-devices',
  /**
   * Variable with the devices of the container: a comma-separated list of UUIDs or CDI names. Where they were unknown
   * when the pod was created, the value comes from a ConfigMap, without which the container cannot start.
   */
  visibleDevices: 'NVIDIA_VISIBLE_DEVICES',
  /** Prefix of CDI device names as the NVIDIA device plugin generates them. */
  cdiPrefix: 'k8s.device-plugin.nvidia.com/gpu=',
} as const;

/** How the memory share of a replica is enforced; `none` leaves it to the program inside. */
export const GPU_MEMORY_ENFORCEMENTS = ['none', 'hami-core', 'nv-fractions'] as const;
export type GpuMemoryEnforcement = (typeof GPU_MEMORY_ENFORCEMENTS)[number];
