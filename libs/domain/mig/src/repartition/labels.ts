import type { NodeToRepartition, Repartition } from './repartition';

/** Labels of the GPU operator that a change of geometry reads and writes. */
export const MIG_MANAGER = {
  config: 'nvidia.com/mig.config',
  state: 'nvidia.com/mig.config.state',
  strategy: 'nvidia.com/mig.strategy',
  product: 'nvidia.com/gpu.product',
  manager: 'nvidia.com/gpu.deploy.mig-manager',
  /** Prefix of the labels that say which components of the operator run on the node. */
  deploy: 'nvidia.com/gpu.deploy.',
  paused: 'paused-for-mig-change',
} as const;

/** True while mig-manager changes the node, whoever requested it. */
export const isReconfiguring = (labels: Readonly<Record<string, string>>): boolean =>
  labels[MIG_MANAGER.state] === 'pending' || labels[MIG_MANAGER.state] === 'rebooting';

/** Sets the label and removes mig-manager's last state, so that its next state is about this change. */
export const asking = (config: string): Readonly<Record<string, string | null>> => ({
  [MIG_MANAGER.config]: config,
  [MIG_MANAGER.state]: null,
});

/** Restores the labels of the components that a stuck mig-manager left paused. */
export const restored = (
  labels: NodeToRepartition['labels'],
  { deploy }: Repartition,
): Record<string, string> =>
  Object.fromEntries(pausedParts(labels).map((name) => [name, deploy[name] ?? 'true']));

/** Labels of the operator's components that mig-manager has paused. */
export const pausedParts = (labels: NodeToRepartition['labels']): readonly string[] =>
  Object.keys(labels).filter(
    (name) => name.startsWith(MIG_MANAGER.deploy) && labels[name] === MIG_MANAGER.paused,
  );
