import type { Layout } from './layout';

/** Ports of one control plane on 127.0.0.1. */
export interface KubePorts {
  /** API server, HTTPS. */
  readonly port: number;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  /** Health and metrics of the controller manager, HTTPS; without it, it does not listen. */
  readonly controllerManagerPort?: number;
  /**
   * Pods of this cluster have loopback addresses, as simulated ones do. No object about the endpoints of a Service may hold
   * such an address, so the controllers that try, again and again, are left out. Default false.
   */
  readonly loopbackPods?: boolean;
}

const HOST = '127.0.0.1';

const ENDPOINT_CONTROLLERS = [
  'endpoints-controller',
  'endpointslice-controller',
  'endpointslice-mirroring-controller',
];

/** Addresses of Services. Nothing routes them here; it only has to be some private range. */
const SERVICE_RANGE = '10.96.0.0/16';

const toFlags = (values: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/**
 * etcd with one member. `durable: false` gives up what was written last when the machine dies, and is faster
 * (https://etcd.io/docs/v3.6/op-guide/configuration/).
 */
export function etcdFlags(layout: Layout, ports: KubePorts, durable: boolean): readonly string[] {
  const client = `http://${HOST}:${ports.etcdPort}`;
  const peer = `http://${HOST}:${ports.etcdPeerPort}`;
  return toFlags({
    name: 'tessera',
    'data-dir': layout.etcd,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `tessera=${peer}`,
    'log-level': 'warn',
    ...(durable ? {} : { 'unsafe-no-fsync': true }),
  });
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
export function apiServerFlags(layout: Layout, ports: KubePorts): readonly string[] {
  return toFlags({
    'etcd-servers': `http://${HOST}:${ports.etcdPort}`,
    'bind-address': HOST,
    'secure-port': ports.port,
    'cert-dir': layout.certDir,
    'token-auth-file': layout.tokens,
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
    'service-account-key-file': layout.serviceAccountKey,
    'service-account-signing-key-file': layout.serviceAccountKey,
    'service-cluster-ip-range': SERVICE_RANGE,
    'allow-privileged': true,
    'kubelet-preferred-address-types': 'InternalIP',
    // The server would write its own address into an Endpoints object, which refuses loopback addresses.
    'endpoint-reconciler-type': 'none',
    profiling: false,
  });
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ */
export function controllerManagerFlags(layout: Layout, ports: KubePorts): readonly string[] {
  const config = layout.controllerManagerKubeconfig;
  return toFlags({
    kubeconfig: config,
    'authentication-kubeconfig': config,
    'authorization-kubeconfig': config,
    'bind-address': HOST,
    'secure-port': ports.controllerManagerPort ?? 0,
    'cert-dir': `${layout.certDir}/controller-manager`,
    'use-service-account-credentials': true,
    'service-account-private-key-file': layout.serviceAccountKey,
    'root-ca-file': layout.servingCert,
    'service-cluster-ip-range': SERVICE_RANGE,
    'leader-elect': false,
    profiling: false,
    ...(ports.loopbackPods === true
      ? { controllers: ['*', ...ENDPOINT_CONTROLLERS.map((name) => `-${name}`)].join(',') }
      : {}),
  });
}
