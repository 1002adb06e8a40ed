import { freePorts } from '@tessera/dev-services';
import { PROXY_CORE } from './cores';
import { CHAT, startPinned, type RunningProxy, type ProxyFixture } from './proxies';
import { feedOfOneKey } from './stub-feed';
import { stubCluster, type StubCluster, type StubWorkload } from '@tessera/testing-services/stub-cluster';

/** The name of the workload that all requests are for. */
const NAME = 'chat';

export interface Ours extends RunningProxy {
  readonly cluster: StubCluster;
}

/**
 * The gateway as it is built for production, in front of so many protected workloads, one of which answers. A request
 * names it by its model and has a serving key with limits.
 */
export async function startOurs(fixture: ProxyFixture, routes: number): Promise<Ours> {
  const { home, upstream, stops } = fixture;
  const address = `127.0.0.1:${upstream}`;
  const cluster = await stubCluster(
    home,
    Array.from({ length: routes }, (_, index) => workload(index, address)),
  );
  stops.push(() => cluster.stop());
  const feed = await feedOfOneKey();
  stops.push(() => feed.stop());
  const { port, pid } = await startGateway(fixture, 'gateway', {
    TESSERA_KUBECONFIG: cluster.kubeconfig,
    TESSERA_GATEWAY_API_URLS: feed.url,
    TESSERA_GATEWAY_REPORT_KEYS: feed.signingKey,
  });
  const headers = { authorization: `Bearer ${feed.secret}` };
  return { name: 'tessera', port, pid, needed: true, path: CHAT, headers, cluster };
}

/** A gateway on the core of proxies, with these settings beside those of any. */
export async function startGateway(
  fixture: Pick<ProxyFixture, 'home' | 'stops'>,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly port: number; readonly pid: number }> {
  const [port = 0, adminPort = 0, apiPort = 0] = await freePorts(3);
  const pid = await startPinned(
    fixture,
    PROXY_CORE,
    name,
    port,
    [process.execPath, 'dist/apps/gateway/main.js'],
    {
      TESSERA_LOG_LEVEL: 'warn',
      TESSERA_HOST: '127.0.0.1',
      TESSERA_GATEWAY_PORT: String(port),
      TESSERA_GATEWAY_ADMIN_PORT: String(adminPort),
      TESSERA_GATEWAY_SIMULATED_PODS: 'true',
      TESSERA_API_PUBLIC_URL: `http://127.0.0.1:${apiPort}`,
      ...settings,
    },
    async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
      if (!response.ok) throw new Error(await response.text());
    },
  );
  return { port, pid };
}

/** Workload so-and-so; number 0 is the one that requests are for. */
export const workload = (index: number, address: string): StubWorkload => ({
  name: index === 0 ? NAME : `${NAME}-${index}`,
  id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  address,
  serving: { authorizationType: 'authenticatedUsers' },
});
