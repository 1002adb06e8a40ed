import type { UrlExposure, WriterOptions } from '@tessera/adapter-kubernetes';
import type { UrlSettings } from '@tessera/application-reconciliation';
import { maybe } from '@tessera/kernel';
import type { SchedulerConfig } from '../config';

/** Options of the cluster writer from the configuration. */
export function writerOptions(
  config: SchedulerConfig,
): Omit<WriterOptions, 'mayWrite' | 'guardrailsOf' | 'refusalsOf' | 'network'> {
  const runtime =
    config.TESSERA_GPU_RUNTIME_CLASS === undefined ? {} : { runtimeClass: config.TESSERA_GPU_RUNTIME_CLASS };
  return {
    namespaces: config.TESSERA_PROJECT_NAMESPACES,
    reservedNamespaces: [
      ...config.TESSERA_RESERVED_NAMESPACES,
      config.TESSERA_SCHEDULER_NAMESPACE,
      config.TESSERA_RESERVATION_NAMESPACE,
      config.TESSERA_GPU_OPERATOR_NAMESPACE,
    ],
    sharing: {
      ...runtime,
      deviceNames: config.TESSERA_GPU_DEVICE_NAMES,
      enforcement: config.TESSERA_GPU_MEMORY_ENFORCEMENT,
    },
    exposure: urlExposure(config),
    leaving: { requestMs: config.TESSERA_DRAIN_MS, preStopSeconds: config.TESSERA_PRE_STOP_SECONDS },
    reservationPods: {
      ...runtime,
      namespace: config.TESSERA_RESERVATION_NAMESPACE,
      image: config.TESSERA_RESERVATION_IMAGE,
      command: config.TESSERA_RESERVATION_COMMAND,
    },
  };
}

/** How exposed URLs are built; undefined if the cluster exposes none. */
export const exposingOf = (config: SchedulerConfig): { readonly exposing?: UrlSettings } => {
  const { TESSERA_EXPOSED_URLS: kind, TESSERA_EXPOSED_URLS_BASE: base } = config;
  if (kind === 'none') return {};
  return { exposing: { ...maybe('base', base), ...(kind === 'tessera' ? { guarded: true } : {}) } };
};

/** How exposed URLs reach the pods of a workload. */
export function urlExposure(config: SchedulerConfig): UrlExposure {
  const { exposing } = exposingOf(config);
  if (exposing === undefined) return { kind: 'none' };
  const { TESSERA_EXPOSED_URLS: kind, TESSERA_INGRESS_CLASS: className } = config;
  if (kind === 'tessera') return { kind, ...exposing };
  if (kind !== 'gateway') return { kind: 'ingress', ...exposing, ...maybe('className', className) };
  const [name = '', namespace] = (config.TESSERA_GATEWAY_PARENT ?? '').split('/').reverse();
  return { kind, ...exposing, parent: { name, ...maybe('namespace', namespace) } };
}
