import {
  geometryOf,
  isInProgress,
  migConfigNames,
  MIG_MANAGER,
  refusalOf,
  type Repartition,
} from '@tessera/domain-placement';
import { oursOn } from './mig-controller';
import type { MigNode, MigNodes } from './mig-nodes';

/** The MIG configuration of a node: what it has, what it could have, and where a change stands. */
export interface MigReport {
  readonly node: string;
  /** What is asked for. */
  readonly config?: string;
  /** What mig-manager was told, and what it says about it. */
  readonly current?: string;
  readonly state?: string;
  readonly strategy?: string;
  /** Names that can be asked for. */
  readonly configs: readonly string[];
  readonly change?: Omit<Repartition, 'deploy'>;
}

export type MigAnswer =
  | { readonly kind: 'report'; readonly report: MigReport }
  | { readonly kind: 'unknown-node' }
  /** Never right for this node. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** Not now: a device is in use, or a change is under way. */
  | { readonly kind: 'refused'; readonly message: string };

/** Times a request meets a node that has changed in between. */
const TRIES = 5;

/** The configuration of a node. */
export async function migReport(nodes: MigNodes, name: string): Promise<MigAnswer> {
  const configs = await nodes.configsOf(name);
  const node = nodes.node(name);
  return node === undefined ? { kind: 'unknown-node' } : reportOf(node, configs);
}

function reportOf({ name, facts }: MigNode, configs: readonly string[] | undefined): MigAnswer {
  const { labels, asked, change, device } = facts;
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
      ...(asked === undefined ? {} : { config: asked }),
      ...(current === undefined ? {} : { current }),
      ...(state === undefined ? {} : { state }),
      ...(strategy === undefined ? {} : { strategy }),
      ...(change === undefined ? {} : { change: withoutDeploy(change) }),
    },
  };
}

const withoutDeploy = ({ deploy: _deploy, ...change }: Repartition): Omit<Repartition, 'deploy'> => change;

/**
 * Asks that a node has a MIG configuration, or, with undefined, that nobody asks for one any more. Refused at once, with
 * nothing changed, where it could not be begun; else the change goes on by itself and stands in the report.
 */
export async function askForMigConfig(
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
    const { asked, change } = node.facts;
    const anew = change !== undefined && !isInProgress(change);
    if ((asked === config && !anew) || (await nodes.ask(node, config, anew)))
      return reportOf(nodes.node(name) ?? node, configs);
  }
  return { kind: 'refused', message: 'The node changes too often to be asked; try again.' };
}

/** Once mig-manager was asked, it cannot be called back. */
function inFlight({ facts: { change } }: MigNode, config: string | undefined): MigAnswer | undefined {
  if (change === undefined || !isInProgress(change) || change.phase === 'Draining') return undefined;
  if (change.config === config) return undefined;
  const message = `The change to ${change.config} is under way (${change.phase}: ${change.message}); wait for its end.`;
  return { kind: 'refused', message };
}

function notNow(
  { facts, replicas, reservationPods: reservationPods }: MigNode,
  config: string | undefined,
  configs: readonly string[] | undefined,
): MigAnswer | undefined {
  if (config === undefined) return undefined;
  const refusal = refusalOf(
    { ...facts, ours: oursOn(replicas, reservationPods), ...(configs === undefined ? {} : { configs }) },
    config,
  );
  if (refusal === undefined) return undefined;
  const kind = refusal.kind === 'request' ? 'invalid' : 'refused';
  return { kind, message: refusal.message };
}
