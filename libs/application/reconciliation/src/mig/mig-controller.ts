import {
  nextStep,
  type NodeToRepartition,
  type Repartition,
  type RepartitionPhase,
  type RepartitionTiming,
} from '@tessera/domain-mig';
import { maybe, type Clock } from '@tessera/kernel';
import { FirstSights } from '../model/first-sights';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { Placer } from '../placement/placer';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import type { ClaimState } from '../model/cluster';
import { planDrain } from './drain';
import { migEvent } from './mig-event';
import type { MigNode, MigNodes } from './mig-nodes';

interface ControllerDependencies {
  readonly nodes: MigNodes;
  /** Only goes forward: the limits of steps are measured with it. */
  readonly clock: Clock;
  readonly timing: RepartitionTiming;
  /** Called when a replica of this workload has to leave its node. */
  readonly drain: (workloadId: string) => void;
  /** Called after a step was written: the next one may be due. */
  readonly onStep: () => void;
  readonly onError: (error: unknown) => void;
}

/** How long the configuration names that mig-manager reports are cached, ms. */
const CONFIGS_MS = 30_000;

/**
 * Drives nodes to their requested MIG configuration, one step per reconcile. The progress of a change is stored on the
 * node; local state is only a cache.
 */
export class MigController {
  private readonly configs = new Map<string, { readonly at: number; readonly names?: readonly string[] }>();

  /** Why replicas have not left the nodes being drained, by pod, as of the last reconcile of each workload. */
  private readonly staying = new Map<string, string>();

  private readonly draining = new Set<string>();

  /** Since when each change has been seen in its phase. */
  private readonly phases = new FirstSights();

  /** The steps in progress, by node. */
  private readonly steps = new Map<string, Promise<void>>();

  constructor(private readonly on: ControllerDependencies) {}

  /**
   * Starts the next step of every change whose last step has ended. Steps run in the background: a call that hangs
   * delays only its node. A replica that is placed on a node before the watch shows its cordon is drained like the
   * rest.
   */
  advance(): void {
    const asked = this.on.nodes.asked();
    for (const name of this.draining)
      if (!asked.some((node) => node.name === name)) this.draining.delete(name);
    for (const node of asked) if (!this.steps.has(node.name)) this.steps.set(node.name, this.take(node));
  }

  /** Resolves once no step is in progress. */
  async settled(): Promise<void> {
    while (this.steps.size > 0) await Promise.all(this.steps.values());
  }

  /** The plan of a workload, extended by the replica that leaves a node being drained. */
  drained(
    target: CompiledWorkload,
    pods: readonly ReplicaPod[],
    plan: ReplicaPlan,
    place: Placer,
    claims: readonly ClaimState[],
  ): ReplicaPlan {
    for (const { name } of pods) this.staying.delete(name);
    const { move, stays } = planDrain(target, pods, plan, this.draining, place, claims);
    for (const { pod, why } of stays) this.staying.set(pod, why);
    return move === undefined ? plan : { ...plan, remove: [...plan.remove, move] };
  }

  private async take(node: MigNode): Promise<void> {
    try {
      const phase = await this.step(node);
      if (phase === 'Draining') this.draining.add(node.name);
      else this.draining.delete(node.name);
    } catch (error) {
      this.draining.delete(node.name);
      this.on.onError(error);
    } finally {
      this.steps.delete(node.name);
    }
  }

  /** Returns the phase of the change after this step. */
  private async step(node: MigNode): Promise<RepartitionPhase | undefined> {
    const { nodes, clock, timing } = this.on;
    const { patch } = nextStep(await this.gather(node), timing, clock.now());
    const written = patch !== undefined && (await nodes.write(node, patch));
    if (written) await this.report(node, patch.change);
    const phase = written ? patch.change?.phase : node.observed.change?.phase;
    if (phase === 'Draining') for (const { workloadId } of node.replicas) this.on.drain(workloadId);
    if (written) this.on.onStep();
    return phase;
  }

  /** A failure to write events does not stop the change: its progress is stored on the node. */
  private async report(node: MigNode, change: Repartition | null): Promise<void> {
    const event = migEvent(node.observed.change, change);
    if (event === undefined) return;
    await this.on.nodes.report(node, event, this.on.clock.now()).catch(this.on.onError);
  }

  private async gather(node: MigNode): Promise<NodeToRepartition> {
    const { observed, replicas, reservationPods, name } = node;
    const begins =
      observed.asked !== undefined && (observed.change === undefined || observed.change.phase === 'Refused');
    const names = begins || observed.asked !== observed.change?.config ? await this.namesOf(name) : undefined;
    return {
      ...observed,
      ...maybe('waitedMs', this.waitedMs(node)),
      ours: oursOn(replicas, reservationPods, (pod) => this.staying.get(pod)),
      ...(names && { configs: names }),
    };
  }

  private waitedMs({ uid, observed: { change } }: MigNode): number | undefined {
    const now = this.on.clock.now();
    return change && now - this.phases.of(`${uid} ${change.phase} ${change.since}`, now);
  }

  private async namesOf(node: string): Promise<readonly string[] | undefined> {
    const now = this.on.clock.now();
    const known = this.configs.get(node);
    if (known !== undefined && now - known.at < CONFIGS_MS) return known.names;
    const names = await this.on.nodes.configsOf(node);
    this.configs.set(node, { at: now, ...(names && { names }) });
    return names;
  }
}

/**
 * Our pods that are still on the node. An idle reservation pod is deleted automatically, so only the replicas that
 * share it are named.
 */
export const oursOn = (
  replicas: MigNode['replicas'],
  reservationPods: MigNode['reservationPods'],
  stays: (pod: string) => string | undefined = () => undefined,
): NodeToRepartition['ours'] => [
  ...replicas.map(({ name, terminating }) => {
    const why = terminating ? 'is ending' : stays(name);
    return { name, ...maybe('stays', why) };
  }),
  ...reservationPods.map((name) => ({ name })),
];
