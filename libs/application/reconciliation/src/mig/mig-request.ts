import {
  geometryOf,
  isInProgress,
  migConfigNames,
  MIG_MANAGER,
  refusalOf,
  type Repartition,
} from '@tessera/domain-mig';
import { maybe } from '@tessera/kernel';
import { oursOn } from './mig-controller';
import type { MigNode, MigNodes } from './mig-nodes';

/** The MIG configuration of a node: current, possible, and the progress of a change. */
export interface MigReport {
  readonly node: string;
  /** The requested configuration. */
  readonly config?: string;
  /** The configuration last given to mig-manager, and its state as mig-manager reports it. */
  readonly current?: string;
  readonly state?: string;
  readonly strategy?: string;
  /** Names that can be requested. */
  readonly configs: readonly string[];
  readonly change?: Omit<Repartition, 'deploy'>;
}

export type MigAnswer =
  | { readonly kind: 'report'; readonly report: MigReport }
  | { readonly kind: 'unknown-node' }
  /** The node cannot have this configuration. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** The node cannot change now: a device is in use, or a change is in progress. */
  | { readonly kind: 'refused'; readonly message: string };

/** Attempts when the node changes concurrently. */
const TRIES = 5;

/** Returns the MIG configuration of a node. */
export async function migReport(nodes: MigNodes, name: string): Promise<MigAnswer> {
  const configs = await nodes.configsOf(name);
  const node = nodes.node(name);
  return node === undefined ? { kind: 'unknown-node' } : reportOf(node, configs);
}

function reportOf({ name, observed }: MigNode, configs: readonly string[] | undefined): MigAnswer {
  const { labels, asked, change, device } = observed;
  const geometry = device && geometryOf(device.model, device.memoryMiB);
  const reported = geometry === undefined ? [] : (configs ?? migConfigNames(geometry));
  const current = labels[MIG_MANAGER.config];
  const state = labels[MIG_MANAGER.state];
  const strategy = labels[MIG_MANAGER.strategy];
  return {
    kind: 'report',
    report: {
      node: name,
      configs: reported,
      ...maybe('config', asked),
      ...maybe('current', current),
      ...maybe('state', state),
      ...maybe('strategy', strategy),
      ...(change === undefined ? {} : { change: withoutDeploy(change) }),
    },
  };
}

const withoutDeploy = ({ deploy: _deploy, ...change }: Repartition): Omit<Repartition, 'deploy'> => change;

/**
 * Requests a MIG configuration for a node, or clears the request with undefined. Refuses at once, with nothing changed,
 * if the change could not start; otherwise the change proceeds in the background and its progress appears in the
 * report.
 */
export async function requestMigConfig(
  nodes: MigNodes,
  name: string,
  config: string | undefined,
): Promise<MigAnswer> {
  const configs = nodes.node(name) === undefined ? undefined : await nodes.configsOf(name);
  for (let tries = 0; tries < TRIES; tries++) {
    const node = nodes.node(name);
    if (node === undefined) return { kind: 'unknown-node' };
    const refused = inFlight(node, config) ?? notNow(node, config, configs);
    if (refused !== undefined) return refused;
    const { asked, change } = node.observed;
    const isRestart = change !== undefined && !isInProgress(change);
    if ((asked === config && !isRestart) || (await nodes.ask(node, config, isRestart)))
      return reportOf(nodes.node(name) ?? node, configs);
  }
  return { kind: 'refused', message: 'The node was changed concurrently; try again.' };
}

/** A request that mig-manager has received cannot be cancelled. */
function inFlight({ observed: { change } }: MigNode, config: string | undefined): MigAnswer | undefined {
  if (change === undefined || !isInProgress(change) || change.phase === 'Draining') return undefined;
  if (change.config === config) return undefined;
  const message = `The change to ${change.config} is in progress (${change.phase}: ${change.message}); wait until it ends.`;
  return { kind: 'refused', message };
}

function notNow(
  { observed, replicas, reservationPods }: MigNode,
  config: string | undefined,
  configs: readonly string[] | undefined,
): MigAnswer | undefined {
  if (config === undefined) return undefined;
  const refusal = refusalOf(
    { ...observed, ours: oursOn(replicas, reservationPods), ...maybe('configs', configs) },
    config,
  );
  if (refusal === undefined) return undefined;
  const kind = refusal.kind === 'request' ? 'invalid' : 'refused';
  return { kind, message: refusal.message };
}
