import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { type DeviceGroup } from '@tessera/application-reconciliation';
import { maybe, shortHash } from '@tessera/kernel';
import {
  GPU_RESOURCE,
  RESERVATION,
  RESERVATION_ENV,
  RESERVATION_LABELS,
  LABELS,
  MANAGED_BY,
} from '@tessera/contracts-kubernetes';

/** Settings of the reservation pods of this cluster. */
export interface ReservationSettings {
  readonly namespace: string;
  readonly image: string;
  /** Replaces the command of the image unless empty. */
  readonly command: readonly string[];
  readonly runtimeClass?: string;
}

/** Name of the reservation pod of a group: the same for the same node and slot, a DNS label. */
export function reservationPodName({ node, slot }: DeviceGroup): string {
  const tail = `-${slot}-${shortHash(`${node}/${slot}`)}`;
  const readable = node.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `gpu-${readable.slice(0, 63 - 'gpu-'.length - tail.length)}${tail}`.replace(/-{2,}/g, '-');
}

/**
 * The reservation pod: it takes one whole device on a node. It requests nothing else, so that it never fails for lack
 * of CPU, and tolerates every taint, because the replicas that share its device are already placed. Pure.
 */
export function reservationPod(group: DeviceGroup, settings: ReservationSettings): V1Pod {
  const { image, command, namespace, runtimeClass } = settings;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: reservationPodName(group),
      namespace,
      labels: {
        [LABELS.managedBy]: MANAGED_BY,
        [RESERVATION_LABELS.component]: RESERVATION.component,
        [RESERVATION_LABELS.slot]: String(group.slot),
      },
      annotations: { 'karpenter.sh/do-not-disrupt': 'true' },
    },
    spec: {
      nodeName: group.node,
      serviceAccountName: RESERVATION.serviceAccount,
      ...maybe('runtimeClassName', runtimeClass),
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: 'Exists' }],
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: RESERVATION.container,
          image,
          ...(command.length === 0 ? {} : { command: [...command] }),
          env: [
            { name: RESERVATION_ENV.podName, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            {
              name: RESERVATION_ENV.podNamespace,
              valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
            },
            { name: RESERVATION_ENV.nodeName, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          resources: {
            requests: { [GPU_RESOURCE]: String(RESERVATION.devices) },
            limits: { [GPU_RESOURCE]: String(RESERVATION.devices) },
          },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

const RBAC = 'rbac.authorization.k8s.io';

/** Objects that reservation pods need, in creation order: a namespace and an account that may patch pods in it. */
export function reservationAccess(
  namespace: string,
): readonly { readonly path: string; readonly object: KubernetesObject & Record<string, unknown> }[] {
  const labels = { [LABELS.managedBy]: MANAGED_BY, [RESERVATION_LABELS.component]: RESERVATION.component };
  const metadata = { name: RESERVATION.serviceAccount, namespace, labels };
  const rbac = `/apis/${RBAC}/v1/namespaces/${namespace}`;
  return [
    {
      path: '/api/v1/namespaces',
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: namespace,
          labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'restricted' },
        },
      },
    },
    {
      path: `/api/v1/namespaces/${namespace}/serviceaccounts`,
      object: { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    },
    {
      path: `${rbac}/roles`,
      object: {
        apiVersion: `${RBAC}/v1`,
        kind: 'Role',
        metadata,
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['patch'] }],
      },
    },
    {
      path: `${rbac}/rolebindings`,
      object: {
        apiVersion: `${RBAC}/v1`,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: RBAC, kind: 'Role', name: RESERVATION.serviceAccount },
        subjects: [{ kind: 'ServiceAccount', name: RESERVATION.serviceAccount, namespace }],
      },
    },
  ];
}
