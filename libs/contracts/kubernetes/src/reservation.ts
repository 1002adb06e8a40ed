/**
 * A *reservation pod* is a pod of ours that takes one whole device of the stock NVIDIA device plugin, so that several replicas can
 * share it. One reservation pod stands for one *group*: a node and the scheduler's slot on it. kubelet chooses the device behind
 * it; the program inside tells which one that is.
 */
export const RESERVATION = {
  /** Namespace of all reservation pods unless the scheduler is told otherwise. */
  namespace: 'tessera-reservations',
  /** Runs as this account, which may do nothing but patch pods of that namespace. */
  serviceAccount: 'tessera-reservation',
  /** Name of its only container. */
  container: 'reservation',
  /** Value of {@link RESERVATION_LABELS.component}. */
  component: 'gpu-reservation',
  /** How many devices of `nvidia.com/gpu` it asks for. */
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
   * UUID of the device that the reservation pod was given. Written by the program inside the reservation pod once it runs, and again with the
   * new value after a reboot. The key is the one of KAI-Scheduler, so that fake-gpu-operator writes it too.
   */
  uuid: 'run.ai/reserve_for_gpu_index',
} as const;

/**
 * Environment of the program in the reservation pod. It patches {@link RESERVATION_ANNOTATIONS.uuid} of the pod named here (merge patch,
 * service account token and `KUBERNETES_SERVICE_HOST`/`_PORT` as every in-cluster client), keeps running until it is told
 * to end, and exits with a code other than 0, saying why on standard error, where it sees no device or more than one.
 */
export const RESERVATION_ENV = {
  podName: 'POD_NAME',
  podNamespace: 'POD_NAMESPACE',
  nodeName: 'NODE_NAME',
  /**
   * Set by the device plugin: the UUID, or a CDI name `<vendor>/<class>=<UUID>`, of which the part behind `=` counts. The
   * holder's spec leaves it alone.
   */
  visibleDevices: 'NVIDIA_VISIBLE_DEVICES',
} as const;

/** What a replica that shares devices gets. */
export const SHARED_GPU = {
  /** Annotation: UUIDs of its devices, in the order of its allocation, comma separated; there once they are handed over. */
  devices: 'tessera.io/gpu-devices',
  /**
   * Variable with the devices of the container: a comma list of UUIDs or CDI names. Where they were not known when the pod
   * was made, the value comes from a ConfigMap, without which the container cannot start.
   */
  visibleDevices: 'NVIDIA_VISIBLE_DEVICES',
  /** Prefix of CDI device names as the NVIDIA device plugin generates them. */
  cdiPrefix: 'k8s.device-plugin.nvidia.com/gpu=',
} as const;

/** How the memory share of a replica is enforced; `none` leaves it to the program inside. */
export const GPU_MEMORY_ENFORCEMENTS = ['none', 'hami-core', 'nv-fractions'] as const;
export type GpuMemoryEnforcement = (typeof GPU_MEMORY_ENFORCEMENTS)[number];
