import { join } from 'node:path';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import { findNode, startNode, type NodeInstallation } from '@tessera/dev-services/node';
import { fakeDevices, L40S, nodeLabels } from './local-node';
import type { ExternalServicesContext } from './service';
import type { StackSettings } from '../settings';

const NAME = 'node-1';
const GPUS = 4;

/** The programs of the real node. Throws if some are missing; the message names the command that builds them. */
export function foundNode({ cacheDir }: Pick<StackSettings, 'cacheDir'>): NodeInstallation {
  const search = findNode({ cacheDir });
  if (!search.found) throw new Error(`--kubernetes node: ${search.reason}; ${search.how}`);
  return search.installation;
}

/** Starts the real node and declares its priority classes. */
export async function nodeService(
  { settings, supervisor, log }: ExternalServicesContext,
  installation: NodeInstallation,
  kubeconfigPath: string,
): Promise<void> {
  const { home, ports } = settings;
  await supervisor.start({
    name: 'the node',
    start: () =>
      startNode({
        installation,
        dataDir: join(home, 'node'),
        name: NAME,
        kubeconfigPath,
        apiServerPort: ports.kubernetes,
        port: ports.kubelets,
        labels: nodeLabels(L40S, GPUS),
        devices: fakeDevices(NAME, GPUS),
        log,
      }),
  });
  await declarePriorityClasses(kubeconfigPath);
}

/** Creates the priority classes that workloads may use, as the chart does. After a restart they already exist. */
async function declarePriorityClasses(kubeconfigPath: string): Promise<void> {
  // Loaded here alone: with its client library it takes as long to load as all the rest of a local start.
  const { connectKubernetes, isAlreadyExists } = await import('@tessera/adapter-kubernetes');
  const cluster = connectKubernetes(kubeconfigPath);
  try {
    for (const [name, value] of Object.entries(PRIORITY_CLASSES))
      await cluster
        .request('POST', '/apis/scheduling.k8s.io/v1/priorityclasses', {
          body: { metadata: { name }, value, preemptionPolicy: 'Never' },
        })
        .catch((error: unknown) => {
          if (!isAlreadyExists(error)) throw error;
        });
  } finally {
    await cluster.close();
  }
}
