import { listen } from '@tessera/platform-http';
import { Health, type Stop } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { createRegistry } from '@tessera/platform-telemetry';
import { ApiServer, type Certificate, DirectClient, selfSigned } from '@tessera/simulation-kubernetes-api';
import {
  createEndpoint,
  exporterPages,
  Fleet,
  KubeClient,
  kubeconfigConnection,
  MigReconfigurer,
  type PodTiming,
  VolumeProvisioner,
} from '@tessera/simulation-kubelets';
import type { KubeApi } from '@tessera/simulation-kubernetes-api/client';
import type { ClusterSeed } from './seed/cluster-seed';
import { plant } from './seed/plant';

export interface SimulatorOptions {
  readonly host: string;
  /** Serve the simulated API on this port; without it the kubelets attach to `kubeconfig`. */
  readonly api?: {
    readonly port: number;
    readonly token: string;
    readonly certificate?: Certificate;
  };
  readonly kubeconfig?: string;
  readonly kubeletPort: number;
  readonly seed: ClusterSeed;
  readonly timing: PodTiming;
  /** How long mig-manager takes for a change of geometry, ms. */
  readonly migMs: number;
  readonly logger: Logger;
}

/** A running simulator: what it serves, and how to stop it. */
export interface Simulator {
  readonly api: ApiServer | undefined;
  readonly fleet: Fleet;
  readonly health: Health;
  readonly stops: readonly Stop[];
}

async function clientFor({ kubeconfig }: SimulatorOptions, api: ApiServer | undefined): Promise<KubeApi> {
  if (api !== undefined) return new DirectClient(api.context);
  if (kubeconfig !== undefined) return new KubeClient(await kubeconfigConnection(kubeconfig));
  throw new Error(
    'The simulator serves no API of its own and no cluster is named: set TESSERA_KUBECONFIG or TESSERA_SIMULATOR_API=true',
  );
}

/** Starts the API (when it serves one), creates the seed and starts the kubelets with their exporters. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host, logger, seed } = options;
  const stopping = new AbortController();
  const health = new Health();
  const api = options.api === undefined ? undefined : new ApiServer({ host, ...options.api, logger });
  await api?.listen('TESSERA_SIMULATOR_API_PORT');
  const client = await clientFor(options, api);
  const address = { host, port: options.kubeletPort };
  const fleet = new Fleet({ client, nodes: seed.nodes, address, timing: options.timing, logger });
  const mig = new MigReconfigurer({ client, fleet, changeMs: options.migMs, logger });
  const volumes = new VolumeProvisioner(client, logger);
  health.addCheck('kubelets', () => fleet.notReady);
  const admin = { health, registry: createRegistry('simulator', '0.1.0') };
  const certificate = api?.certificate ?? selfSigned([host], Date.now());
  const endpoint = createEndpoint(certificate, admin, fleet, mig, exporterPages(fleet, Date.now));
  await listen(endpoint.tcp, options.kubeletPort, host, 'TESSERA_SIMULATOR_KUBELET_PORT');
  await plant(client, seed.objects, stopping.signal);
  volumes.start();
  await fleet.start();
  mig.start();
  const stops: readonly Stop[] = [
    { name: 'readiness', stop: () => health.beginStop() },
    { name: 'mig-manager', stop: () => mig.stop() },
    { name: 'kubelets', stop: () => fleet.stop() },
    { name: 'volumes', stop: () => volumes.stop() },
    { name: 'kubelet endpoint', stop: () => endpoint.close() },
    { name: 'kubernetes api', stop: () => api?.close() },
    { name: 'client', stop: () => client.close() },
  ];
  return { api, fleet, health, stops };
}
