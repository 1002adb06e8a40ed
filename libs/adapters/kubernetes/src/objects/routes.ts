import type { KubernetesObject, V1Ingress } from '@kubernetes/client-node';
import {
  exposedAddresses,
  type ExposedAddress,
  type CompiledWorkload,
  type UrlSettings,
} from '@tessera/application-reconciliation';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { objectName, workloadLabels } from './metadata';

/** How this cluster exposes URLs of workloads. */
export type UrlExposure =
  | { readonly kind: 'none' }
  /** By the gateway of Tessera, which reads the owner object: no object of Kubernetes for a URL. */
  | (UrlSettings & { readonly kind: 'tessera' })
  | (UrlSettings & { readonly kind: 'ingress'; readonly className?: string })
  | (UrlSettings & {
      readonly kind: 'gateway';
      /** The Gateway that routes attach to. */
      readonly parent: { readonly namespace?: string; readonly name: string };
    });

/** Collections of the two kinds of routes, below a namespace. */
export const ROUTE_GROUPS = {
  ingress: { group: '/apis/networking.k8s.io/v1', plural: 'ingresses' },
  gateway: { group: '/apis/gateway.networking.k8s.io/v1', plural: 'httproutes' },
} as const;

/** Name of the Service behind the URLs of a port. */
export const urlService = (workloadName: string, container: number): string =>
  objectName(workloadName, `url-${container}`);

/** One Ingress or HTTPRoute for each URL that the cluster can serve. Pure. */
export function routes(target: CompiledWorkload, exposure: UrlExposure): readonly KubernetesObject[] {
  if (exposure.kind === 'none' || exposure.kind === 'tessera') return [];
  return exposedAddresses(target, exposure).addresses.map((address, index) =>
    exposure.kind === 'ingress'
      ? ingress(target, address, index, exposure.className)
      : httpRoute(target, address, index, exposure.parent),
  );
}

function metadata({ workload }: CompiledWorkload, address: ExposedAddress, index: number) {
  const { name, authorizedUsers, authorizedGroups, toolType, toolName } = address;
  return {
    name: objectName(workload.ref.name, `url-${index}`),
    namespace: workload.ref.namespace,
    labels: workloadLabels(workload),
    annotations: {
      [ANNOTATIONS.connection]: name,
      ...maybe(ANNOTATIONS.toolType, toolType),
      ...maybe(ANNOTATIONS.toolName, toolName),
      ...(authorizedUsers.length === 0 ? {} : { [ANNOTATIONS.authorizedUsers]: authorizedUsers.join(',') }),
      ...(authorizedGroups.length === 0
        ? {}
        : { [ANNOTATIONS.authorizedGroups]: authorizedGroups.join(',') }),
    },
  };
}

function ingress(
  target: CompiledWorkload,
  address: ExposedAddress,
  index: number,
  className: string | undefined,
): V1Ingress {
  const { host, path, scheme, container } = address;
  const service = { name: urlService(target.workload.ref.name, container), port: { number: 80 } };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: metadata(target, address, index),
    spec: {
      ...maybe('ingressClassName', className),
      rules: [{ host, http: { paths: [{ path, pathType: 'Prefix', backend: { service } }] } }],
      // Without a secret the ingress controller uses its own certificate for the host.
      ...(scheme === 'https' ? { tls: [{ hosts: [host] }] } : {}),
    },
  };
}

function httpRoute(
  target: CompiledWorkload,
  address: ExposedAddress,
  index: number,
  parent: { readonly namespace?: string; readonly name: string },
): KubernetesObject & { readonly spec: object } {
  const { host, path, container } = address;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadata(target, address, index),
    spec: {
      parentRefs: [{ ...parent }],
      hostnames: [host],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: path } }],
          backendRefs: [{ name: urlService(target.workload.ref.name, container), port: 80 }],
        },
      ],
    },
  };
}
