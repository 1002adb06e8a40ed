import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testKubernetes } from '@tessera/testing-services';
import { freePorts } from '@tessera/dev-services';
import { bundle } from '@tessera/tool-build';
import { startService } from '@tessera/tool-stack';

/** Simulated nodes and the API that they are registered at. */
export interface SimulatedCluster {
  readonly kubeconfig: string;
  /** Where the kubelets listen, with the switches of the simulation. */
  readonly kubelets: string;
  stop(): Promise<void>;
}

/** The simulated nodes and kubelets, on an API of their own or attached to the one that is named. */
export async function simulator(
  attachTo?: string,
  env: Readonly<Record<string, string>> = {},
): Promise<SimulatedCluster> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-kubectl-'));
  chmodSync(home, 0o711);
  await bundle('apps/simulator');
  const [kubelet = 0, api = 0] = await freePorts(2);
  const kubeconfig = attachTo ?? join(home, 'kubeconfig');
  const timing = { TESSERA_SIMULATOR_PULL_MS: '20', TESSERA_SIMULATOR_START_MS: '20' };
  const service = await startService({
    name: 'simulator',
    home,
    port: kubelet,
    env: {
      ...timing,
      ...env,
      TESSERA_SIMULATOR_KUBELET_PORT: String(kubelet),
      ...(attachTo === undefined
        ? {
            TESSERA_SIMULATOR_API: 'true',
            TESSERA_SIMULATOR_API_PORT: String(api),
            TESSERA_SIMULATOR_KUBECONFIG_OUT: kubeconfig,
          }
        : { TESSERA_SIMULATOR_API: 'false', TESSERA_KUBECONFIG: attachTo }),
    },
    ...(attachTo === undefined ? { readyFile: kubeconfig } : {}),
  });
  return {
    kubeconfig,
    kubelets: `http://127.0.0.1:${kubelet}`,
    stop: async () => {
      await service.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The same nodes, attached to a real API server. */
export async function realServer(env: Readonly<Record<string, string>> = {}): Promise<SimulatedCluster> {
  const server = await testKubernetes();
  const nodes = await simulator(server.kubeconfigPath, env);
  return {
    ...nodes,
    kubeconfig: server.kubeconfigPath,
    stop: async () => {
      await nodes.stop();
      await server.remove();
    },
  };
}
