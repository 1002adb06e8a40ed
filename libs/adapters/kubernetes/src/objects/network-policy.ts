import type {
  V1NetworkPolicy,
  V1NetworkPolicyIngressRule,
  V1NetworkPolicyPeer,
  V1NetworkPolicySpec,
} from '@kubernetes/client-node';
import type { ProjectNamespace, CompiledWorkload } from '@tessera/application-reconciliation';
import { LABELS, MANAGED_BY, type NetworkPeer, type ProjectNetwork } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { objectName, workloadLabels } from './metadata';

/** Collection of NetworkPolicies, below a namespace or of all. */
export const networkPolicies = (namespace?: string): string =>
  `/apis/networking.k8s.io/v1${namespace === undefined ? '' : `/namespaces/${namespace}`}/networkpolicies`;

/** Name of the policy that applies to the whole namespace of a project. */
export const PROJECT_POLICY = 'tessera-project';

/** Label that the API server sets on every namespace; it cannot be changed. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';
const GATEWAY = { 'app.kubernetes.io/component': 'gateway' };

const inNamespace = (name: string): Pick<V1NetworkPolicyPeer, 'namespaceSelector'> => ({
  namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: name } },
});

const ANYWHERE = { v4: '0.0.0.0/0', v6: '::/0' } as const;
/** Metadata addresses at which clouds give the credentials of a node to any process on it. */
const METADATA_SERVICES = {
  v4: ['169.254.169.254/32', '169.254.170.0/24', '100.100.100.200/32'],
  v6: ['fd00:ec2::254/128', 'fd20:ce::254/128'],
} as const;

/** Settings of the network policies of a cluster. */
export interface NetworkSettings extends ProjectNetwork {
  /** Namespace in which the gateway runs. */
  readonly gatewayNamespace: string;
}

/**
 * Allowed traffic to and from the pods of a project. It applies to every pod of a namespace that Tessera created, and
 * only to Tessera's pods in an adopted one. It depends on no label that users may set. Pure.
 */
export function projectNetworkPolicy(
  { namespace, projectName, projectId }: ProjectNamespace,
  settings: NetworkSettings,
  ours: boolean,
): V1NetworkPolicy {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: PROJECT_POLICY,
      namespace,
      labels: {
        [LABELS.managedBy]: MANAGED_BY,
        [LABELS.project]: projectName,
        [LABELS.projectId]: projectId,
      },
    },
    spec: {
      podSelector: ours ? {} : { matchLabels: { [LABELS.managedBy]: MANAGED_BY } },
      policyTypes: settings.egress === 'open' ? ['Ingress'] : ['Ingress', 'Egress'],
      ingress: [
        { _from: [{ ...inNamespace(settings.gatewayNamespace), podSelector: { matchLabels: GATEWAY } }] },
        ...settings.ingress.map((peer): V1NetworkPolicyIngressRule => ({ _from: [peerOf(peer)] })),
      ].map(onTheWire),
      ...egressOf(settings.egress),
    },
  };
}

/** The client library names the field `_from`, since `from` is a keyword of Python; the API server expects `from`. */
const onTheWire = ({ _from, ...rest }: V1NetworkPolicyIngressRule): V1NetworkPolicyIngressRule =>
  ({ ...rest, ...maybe('from', _from) }) as V1NetworkPolicyIngressRule;

function peerOf(peer: NetworkPeer): V1NetworkPolicyPeer {
  if ('project' in peer) return { podSelector: {} };
  if ('cidr' in peer)
    return { ipBlock: { cidr: peer.cidr, ...(peer.except ? { except: [...peer.except] } : {}) } };
  return {
    ...inNamespace(peer.namespace),
    ...(peer.podLabels ? { podSelector: { matchLabels: { ...peer.podLabels } } } : {}),
  };
}

function egressOf(egress: ProjectNetwork['egress']): Pick<V1NetworkPolicySpec, 'egress'> {
  if (egress === 'open') return {};
  if (egress === 'no-metadata')
    return {
      egress: [
        {
          // Some network plugins do not match pods by address ranges.
          to: [
            { namespaceSelector: {} },
            { ipBlock: { cidr: ANYWHERE.v4, except: [...METADATA_SERVICES.v4] } },
            { ipBlock: { cidr: ANYWHERE.v6, except: [...METADATA_SERVICES.v6] } },
          ],
        },
      ],
    };
  const dns = ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 }));
  return {
    egress: [
      { to: [inNamespace('kube-system')], ports: dns },
      ...egress.map((peer) => ({ to: [peerOf(peer)] })),
    ],
  };
}

/**
 * Opens the ports that a workload exposes outside the cluster, if the guardrails allow it: traffic through nodes and
 * load balancers comes from anywhere. Undefined if there are none. Pure.
 */
export function openPortsPolicy({ workload, intent }: CompiledWorkload): V1NetworkPolicy | undefined {
  const ports = intent.network.ports.filter(({ serviceType }) => serviceType !== 'ClusterIP');
  if (ports.length === 0) return undefined;
  const open = [...new Set(ports.map(({ container }) => container))];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: objectName(workload.ref.name, 'open-ports'),
      namespace: workload.ref.namespace,
      labels: workloadLabels(workload),
    },
    spec: {
      podSelector: { matchLabels: { [LABELS.workloadId]: workload.ref.workloadId } },
      policyTypes: ['Ingress'],
      ingress: [{ ports: open.map((port) => ({ protocol: 'TCP', port })) }],
    },
  };
}
