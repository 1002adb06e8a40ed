import { migConfigLayout, migConfigNames } from '../configs';
import { geometryOf, type MigGeometry } from '../profiles';
import { isReconfiguring, MIG_MANAGER } from './labels';
import { listed } from './messages';
import { isInProgress, type NodeToRepartition } from './repartition';

/** `request`: the request is invalid for this node as it is; `state`: it may be valid later. */
export interface RepartitionRefusal {
  readonly kind: 'request' | 'state';
  readonly message: string;
}

/** Why the change cannot begin now; undefined where it can. */
export function refusalOf(node: NodeToRepartition, asked: string): RepartitionRefusal | undefined {
  const request = (message: string) => ({ kind: 'request', message }) as const;
  const geometry = node.device && geometryOf(node.device.model, node.device.memoryMiB);
  if (node.device === undefined) return request('The node has no GPU.');
  if (geometry === undefined) return request(`GPUs of the model ${node.device.model} do not support MIG.`);
  const { labels } = node;
  if (labels[MIG_MANAGER.manager] !== 'true' && labels[MIG_MANAGER.state] === undefined)
    return request(
      `mig-manager does not run on the node: it has neither the label ${MIG_MANAGER.manager}=true nor ${MIG_MANAGER.state}.`,
    );
  const names = node.configs ?? migConfigNames(geometry);
  if (!names.includes(asked))
    return request(`${asked} is not a MIG configuration of this node; choose one of ${names.join(', ')}.`);
  if (labels[MIG_MANAGER.strategy] === 'single' && !isUniform(geometry, asked))
    return request(
      `${asked} has instances of different profiles, which the MIG strategy single of the node does not support.`,
    );
  if (isReconfiguring(labels) && !isInProgress(node.change))
    return { kind: 'state', message: 'mig-manager is already changing the node on another request.' };
  return inUse(node);
}

/** The refusal while pods outside Tessera use a device; undefined where none does. */
export const inUse = ({ foreign }: NodeToRepartition): RepartitionRefusal | undefined =>
  foreign.length === 0
    ? undefined
    : {
        kind: 'state',
        message: `Devices are in use by pods that Tessera does not manage: ${listed(foreign)}. Move or delete these pods and try again.`,
      };

/** True for a configuration of our table with instances of one profile; other configurations count as uniform. */
function isUniform(geometry: MigGeometry, config: string): boolean {
  const layout = migConfigLayout(geometry, config);
  return layout?.mig !== true || new Set(layout.instances.map(({ profile }) => profile)).size <= 1;
}
