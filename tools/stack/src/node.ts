import { join } from 'node:path';
import { connectKubernetes, isAlreadyExists } from '@tessera/adapter-kubernetes';
import { PRIORITY_CLASSES } from '@tessera/domain-workload';
import {
  fakeDevices,
  findNode,
  L40S,
  nodeLabels,
  startNode,
  type NodeInstallation,
} from '@tessera/tool-node';
import type { ExternalServicesContext } from './part';
import type { StackSettings } from './settings';

const NAME = 'node-1';
const GPUS = 4;

/** What the real node needs; throws with the command that brings what is missing. */
export function foundNode({ cacheDir }: Pick<StackSettings, 'cacheDir'>): NodeInstallation {
  const search = findNode({ cacheDir });
  if (!search.found) throw new Error(`--kubernetes node: ${search.reason}; ${search.how}`);
  return search.installation;
}

/** The real node under the platform. */
export async function nodeService(
  { settings, supervisor, say }: ExternalServicesContext,
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
        log: say,
      }),
  });
  await declarePriorityClasses(kubeconfigPath);
}

/** Those that a workload may name, as the chart declares them; they are there already after a restart. */
async function declarePriorityClasses(kubeconfigPath: string): Promise<void> {
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
