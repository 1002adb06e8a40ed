import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { run, tryRun } from './run';

/** The bridge of the pods. There is one real node per machine, so its name and addresses are fixed. */
export const NETWORK = {
  bridge: 'tessera0',
  /** The host on the bridge; kubelet's address and the pods' way out. */
  host: '10.207.0.1',
  subnet: '10.207.0.0/24',
  prefix: 24,
  /** Address of the Service `kubernetes`: the first of the range that our start of the API server gives to the API server. */
  apiService: { address: '10.96.0.1', port: 443 },
} as const;

/** Makes the bridge; pods reach the host through it, and nothing beyond: no forwarding, no packet filter is touched. */
export async function addBridge(): Promise<void> {
  const { bridge, host, prefix, apiService } = NETWORK;
  await run('ip', ['link', 'add', bridge, 'type', 'bridge']);
  await run('ip', ['address', 'add', `${host}/${prefix}`, 'dev', bridge]);
  await run('ip', ['address', 'add', `${apiService.address}/32`, 'dev', bridge]);
  await run('ip', ['link', 'set', bridge, 'up']);
}

export async function removeBridge(): Promise<void> {
  await tryRun('ip', ['link', 'delete', NETWORK.bridge]);
}

/** Plugins by which containerd connects a pod, https://www.cni.dev/docs/spec/. */
export function conflist(dataDir: string): string {
  const [first, last] = ['10.207.0.2', '10.207.0.254'];
  const { bridge, subnet, host } = NETWORK;
  const range = { subnet, rangeStart: first, rangeEnd: last, gateway: host };
  const ipam = { type: 'host-local', dataDir, ranges: [[range]], routes: [{ dst: '0.0.0.0/0' }] };
  return JSON.stringify({
    cniVersion: '1.0.0',
    name: 'tessera',
    plugins: [{ type: 'bridge', bridge, isGateway: false, ipMasq: false, ipam }],
  });
}

/**
 * Replaces kube-proxy for the only Service that pods here need: forwards the address of `kubernetes` to the API server
 * on 127.0.0.1. Returns the stop function.
 */
export async function offerApiServer(port: number): Promise<() => Promise<void>> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const target = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
      one.pipe(other);
    }
  });
  server.listen(NETWORK.apiService.port, NETWORK.apiService.address);
  await once(server, 'listening');
  return async () => {
    const closed = once(server, 'close');
    server.close();
    sockets.forEach((socket) => socket.destroy());
    await closed;
  };
}
