import type { Decision, DeviceShare, PlacedReplica, Placement, ReplicaRequest } from './model/model';
import type { ClusterModel } from './model/cluster-model';
import { affinityOf, type AffinityDomain } from './filters/pod-affinity';
import { deviceFits, freeInstance, modelAllowed } from './filters/filters';
import { canonicalProfile } from '@tessera/domain-mig';
import { maybe } from '@tessera/kernel';
import { freeInstances, hasDevices, isFree, migMemory, migShare, type NodeState } from './model/node-state';
import { POLICY_BY_NAME } from './policies/registry';
import type { PolicyName } from './policies/policy';
import { policyFor, withinQuota, type PlaceOptions } from './policies/place-options';
import type { Ranking } from './policies/rankings';
import { bindsIn, roundsOf, type Round } from './policies/rounds';
import type { Shape } from './model/shape';
import { affordable, devicesOfTake, holdOn, takesOf } from './model/takes';
import { explain } from './filters/verdict';

/**
 * Decides where a request is placed now, or why it fits on no node; leaves the model unchanged. The same content of the
 * model gives the same decision. Pools are tried in the request's order; a preferred pod affinity is enforced in the
 * first round over the pools and not in the second.
 * @throws Error where the policy is `random` and no generator is given.
 */
export function place(model: ClusterModel, request: ReplicaRequest, options: PlaceOptions = {}): Decision {
  const shape = model.shapes.shapeOf(request);
  const affinity = affinityOf(model, request);
  for (const round of roundsOf(request, affinity)) {
    const policy = policyFor(round.pool, options);
    const ranking = model.rankings.get(shape, round.pool, policy);
    const rank = bestRank({ model, request, shape, ranking, affinity, round, options, policy });
    if (rank < 0) continue;
    const node = model.nodes[rank] as NodeState;
    return { outcome: 'placed', placement: placementOn(model, node, shape, policy, options) };
  }
  return { outcome: 'unschedulable', verdict: explain({ model, request, shape, options }) };
}

interface Search {
  readonly model: ClusterModel;
  readonly request: ReplicaRequest;
  readonly shape: Shape;
  readonly ranking: Ranking;
  readonly affinity: AffinityDomain | undefined;
  readonly round: Round;
  readonly options: PlaceOptions;
  readonly policy: PolicyName;
}

/** The tournament's winner where the shape alone decides; else the best node that also passes the other checks. */
function bestRank(search: Search): number {
  const { model, ranking, affinity, round, policy } = search;
  const bound = bindsIn(affinity, round);
  const charged = !model.quota.empty && search.shape.devices > 0;
  if (!bound && !charged && policy !== 'random') return ranking.tree.best();
  const passes = (node: NodeState): boolean =>
    (!bound || affinity.holds(node)) && (!charged || withinQuota(model, search.request, node));
  const first = ranking.tree.best();
  if (first < 0) return -1;
  if (policy === 'random') return drawn(search, passes);
  if (passes(model.nodes[first] as NodeState)) return first;
  let best = -1;
  let highest = -Infinity;
  for (let rank = 0; rank < model.nodes.length; rank++) {
    const score = ranking.tree.get(rank);
    if (score <= highest || !passes(model.nodes[rank] as NodeState)) continue;
    highest = score;
    best = rank;
  }
  return best;
}

function drawn({ model, shape, ranking, options }: Search, passes: (node: NodeState) => boolean): number {
  const fitting: number[] = [];
  for (let rank = 0; rank < model.nodes.length; rank++)
    if (ranking.tree.get(rank) > -Infinity && passes(model.nodes[rank] as NodeState)) fitting.push(rank);
  const plain =
    shape.devices > 0 ? [] : fitting.filter((rank) => !hasDevices(model.nodes[rank] as NodeState));
  const from = plain.length > 0 ? plain : fitting;
  return from.length === 0 ? -1 : (from[draw(options, from.length)] as number);
}

function draw({ random }: PlaceOptions, count: number): number {
  if (random === undefined)
    throw new Error(
      'The policy random needs a seeded generator: pass options.random, () => number in [0, 1).',
    );
  return Math.min(count - 1, Math.floor(random() * count));
}

function placementOn(
  model: ClusterModel,
  node: NodeState,
  shape: Shape,
  policy: PolicyName,
  options: PlaceOptions,
): Placement {
  const devices = sharesOn(model, node, shape, policy, options);
  return {
    node: node.spec.name,
    ...maybe('pool', node.spec.pool),
    kind: shape.gpu.kind,
    ...maybe('gpuModel', modelOf(node, devices)),
    devices,
  };
}

function modelOf({ spec }: NodeState, devices: readonly DeviceShare[]): string | undefined {
  const slot = devices[0]?.slot;
  const model = slot === undefined ? '' : spec.devices.find((device) => device.slot === slot)?.model;
  return model === '' ? undefined : model;
}

function sharesOn(
  model: ClusterModel,
  node: NodeState,
  shape: Shape,
  policy: PolicyName,
  options: PlaceOptions,
): readonly DeviceShare[] {
  if (shape.gpu.kind === 'none') return [];
  if (shape.gpu.kind === 'mig') return [instanceOn(node, shape, shape.gpu.profile)];
  if (policy === 'random') return drawnDevices(node, shape, options);
  const takes = affordable(node, shape, takesOf(model.vectors, node, shape));
  const index = POLICY_BY_NAME[policy].choose(node, shape, takes, model.policyContext);
  const chosen = takes[index] ?? takes[0];
  if (chosen === undefined) throw new Error(`Node ${node.spec.name} was ranked although nothing fits on it.`);
  return devicesOfTake(node, shape, chosen)
    .map((device) => ({ slot: device.slot, ...holdOn(device, shape) }))
    .sort((a, b) => a.slot - b.slot);
}

/** Any of the devices that fit, each as likely as the others. */
function drawnDevices(node: NodeState, shape: Shape, options: PlaceOptions): readonly DeviceShare[] {
  const fitting = node.devices.filter(
    (device) =>
      device.available &&
      device.mig === undefined &&
      modelAllowed(device, shape) &&
      deviceFits(device, shape),
  );
  return Array.from({ length: shape.devices }, () => fitting.splice(draw(options, fitting.length), 1))
    .flat()
    .map((device) => ({ slot: device.slot, ...holdOn(device, shape) }))
    .sort((a, b) => a.slot - b.slot);
}

/** A free instance on the device with the fewest free instances, so that whole devices stay free. */
function instanceOn(node: NodeState, shape: Shape, profile: string): DeviceShare {
  const offers = node.devices
    .filter((device) => device.available && modelAllowed(device, shape))
    .flatMap((device) => {
      const instance = freeInstance(device, profile);
      return instance === undefined ? [] : [{ device, instance }];
    })
    .sort((a, b) => freeInstances(a.device) - freeInstances(b.device) || a.device.slot - b.device.slot);
  const best = offers[0];
  if (best === undefined) throw new Error(`Node ${node.spec.name} was ranked without a free ${profile}.`);
  const { device, instance } = best;
  const strategy = device.mig?.strategy;
  return {
    slot: device.slot,
    milliGpu: migShare(device.mig?.geometry, profile),
    memoryMiB: migMemory(device, instance),
    mig: {
      profile: instance.profile,
      start: instance.start,
      ...maybe('strategy', strategy),
    },
  };
}

/**
 * Charges a placement to the model.
 * @throws Error where the node is unknown, the replica is already placed, or a device would be over-allocated.
 */
export function apply(model: ClusterModel, request: ReplicaRequest, placement: Placement): void {
  const node = model.node(placement.node);
  if (node === undefined) throw new Error(`Replica ${request.id}: node ${placement.node} does not exist.`);
  const held = model.nodeOf(request.id);
  if (held !== undefined)
    throw new Error(`Replica ${request.id} is already on node ${held.spec.name}; release it first.`);
  const problem = placement.devices.map((share) => conflict(node, share)).find((text) => text !== undefined);
  if (problem !== undefined) throw new Error(`Replica ${request.id} on node ${placement.node}: ${problem}`);
  model.addReplica(node, placedReplica(request, placement));
}

/** Releases what a replica holds. False where it holds nothing. */
export const release = (model: ClusterModel, replicaId: string): boolean => model.removeReplica(replicaId);

/** True where the request could be placed if the replica ended. Leaves the model unchanged. */
export function fitsWithout(
  model: ClusterModel,
  request: ReplicaRequest,
  replicaId: string,
  options: PlaceOptions = {},
): boolean {
  const held = model.holding(replicaId);
  if (held === undefined) return place(model, request, options).outcome === 'placed';
  model.removeReplica(replicaId);
  try {
    return place(model, request, options).outcome === 'placed';
  } finally {
    model.addReplica(held.node, held.replica);
  }
}

/** The replica as it appears in a snapshot once it is placed. */
export const placedReplica = (request: ReplicaRequest, placement: Placement): PlacedReplica => ({
  id: request.id,
  workloadId: request.workloadId,
  projectId: request.projectId,
  departmentId: request.departmentId,
  kind: placement.kind,
  devices: placement.devices,
  cpuMilli: request.cpuMilli,
  memoryMiB: request.memoryMiB,
  extended: request.extended,
});

function conflict(node: NodeState, share: DeviceShare): string | undefined {
  const device = node.devices.find(({ slot }) => slot === share.slot);
  if (device === undefined) return `device ${share.slot} does not exist.`;
  if (share.mig !== undefined) {
    const { profile, start } = share.mig;
    const instance = device.mig?.instances.find(
      (one) => one.start === start && one.profile === canonicalProfile(profile),
    );
    return instance !== undefined && isFree(instance)
      ? undefined
      : `device ${share.slot} has no free instance ${profile} at ${start}.`;
  }
  if (device.mig !== undefined) return `device ${share.slot} is in MIG mode.`;
  if (share.milliGpu > device.freeMilli || share.memoryMiB > device.freeMiB)
    return `device ${share.slot} has ${device.freeMilli} milli-GPU and ${device.freeMiB} MiB left, ${share.milliGpu} and ${share.memoryMiB} asked.`;
  return undefined;
}
