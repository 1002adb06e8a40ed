import {
  type ClusterModel,
  type ClusterNode,
  type ClusterSnapshot,
  createModel,
  type PlacedReplica,
  type TaskMix,
} from '@tessera/domain-placement';
import type { NodeReserver } from '../waiting/kept-nodes';
import type { LendingPlacer } from './placer';
import { placeOnModel, type PlacingOptions, seeAll } from './placing';
import type { ObservedTasks } from './task-history';

export interface LivePlacingOptions extends PlacingOptions {
  readonly tasks: Pick<ObservedTasks, 'mix' | 'see' | 'due'>;
}

/** If more nodes than this differ, the model is rebuilt. */
const FEW = 8;
/** The model is rebuilt after this many mixes, because its cache holds separate numbers for each of them. */
const MIXES = 100;

/**
 * {@link placing} on one cached model that is updated by the difference between snapshots: rebuilding the model of a
 * large cluster for every few replicas would be most of the work. Decides as a model built from the snapshot would.
 */
export function livePlacing(
  options: LivePlacingOptions,
): (snapshot: ClusterSnapshot, reserver?: NodeReserver) => LendingPlacer {
  const live = new LiveModel();
  return (snapshot, reserver) => {
    if (options.tasks.due) seeAll(snapshot, options.tasks);
    return placeOnModel(live.follow(snapshot, options.tasks.mix()), options, reserver);
  };
}

class LiveModel {
  private model: ClusterModel | undefined;
  private nodes: ReadonlyMap<string, ClusterNode> = new Map();
  private quota = '';
  private mix: TaskMix | undefined;
  private mixes = 0;

  follow(snapshot: ClusterSnapshot, mix: TaskMix): ClusterModel {
    const model = this.model;
    const nodes = new Map(snapshot.nodes.map((node) => [node.name, node]));
    const others = snapshot.nodes.filter((node) => !sameNode(this.nodes.get(node.name), node));
    const gone = [...this.nodes.keys()].filter((name) => !nodes.has(name));
    const before = this.nodes;
    this.nodes = nodes;
    if (this.mix !== mix) this.mixes += 1;
    if (model === undefined || others.length + gone.length > FEW || this.mixes > MIXES)
      return this.rebuilt(snapshot, mix);
    for (const name of gone) model.removeNode(name);
    const placed = new Set(others.map(({ name }) => name));
    for (const node of snapshot.nodes)
      if (!placed.has(node.name) && differs(model, before.get(node.name), node)) followReplicas(model, node);
    for (const node of others) {
      for (const { id } of node.replicas) model.removeReplica(id);
      model.putNode(node);
    }
    this.followRules(model, snapshot);
    if (this.mix !== mix) model.setMix(mix);
    this.mix = mix;
    return model;
  }

  private rebuilt(snapshot: ClusterSnapshot, mix: TaskMix): ClusterModel {
    this.quota = JSON.stringify(snapshot.quota);
    this.mix = mix;
    this.mixes = 0;
    return (this.model = createModel(snapshot, { mix }));
  }

  private followRules(model: ClusterModel, { quota }: ClusterSnapshot): void {
    const rules = JSON.stringify(quota);
    if (rules === this.quota) return;
    this.quota = rules;
    model.setQuota(quota);
  }
}

/** Whether the replicas of the node may differ from those of the model; false only if they are certainly the same. */
function differs(model: ClusterModel, before: ClusterNode | undefined, node: ClusterNode): boolean {
  const { replicas } = node;
  return (
    model.node(node.name)?.replicas.size !== replicas.length ||
    (before !== node &&
      (before?.replicas.length !== replicas.length ||
        replicas.some((replica, index) => replica !== before.replicas[index])))
  );
}

function followReplicas(model: ClusterModel, { name, replicas }: ClusterNode): void {
  const state = model.node(name);
  if (state === undefined) return;
  const wanted = new Map(replicas.map((replica) => [replica.id, replica]));
  for (const { id } of [...state.replicas.values()]) if (!wanted.has(id)) model.removeReplica(id);
  for (const replica of replicas) {
    const held = model.holding(replica.id);
    if (held?.node === state && sameHold(held.replica, replica)) continue;
    if (held !== undefined) model.removeReplica(replica.id);
    model.addReplica(state, replica);
  }
}

/** Compares everything about the node except its replicas; unchanged parts of a node are the same objects. */
function sameNode(known: ClusterNode | undefined, node: ClusterNode): boolean {
  if (known === undefined || known === node) return known === node;
  const { replicas: _before, ...before } = known;
  const { replicas: _now, ...now } = node;
  return haveSameFields(now, before);
}

const sameHold = (a: PlacedReplica, b: PlacedReplica): boolean => a === b || haveSameFields(a, b);

/** Compares field by field: most are numbers, strings or the same objects, and JSON of the whole would cost more. */
function haveSameFields<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(a) as (keyof T)[];
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => a[name] === b[name] || isSameJson(a[name], b[name]))
  );
}

const isSameJson = (a: unknown, b: unknown): boolean =>
  typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
