import { toIntent } from '@tessera/domain-workload';
import { applyCommand, gpuAllocation } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { Placer } from '../placement/placer';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import { replicaPod } from '../testing/replica-pod';
import { planDrain } from './drain';

const command = applyCommand(1, 0.5);
const target: CompiledWorkload = {
  workload: accepted(command, '2026-01-01T00:00:00.000Z'),
  intent: toIntent(command.spec).intent,
};
const NOTHING: ReplicaPlan = { create: [], remove: [] };

const pod = (name: string, nodeName: string, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({
    ...{ uid: name, name, ordinal: Number(name.slice(-1)), phase: 'Running', ready: true, nodeName },
    ...change,
  });

/** Placement that finds another node for these replicas only. */
const placing = (movable: readonly string[]): Placer =>
  Object.assign(
    () => {
      throw new Error('unexpected placement');
    },
    { fitsWithout: (_request: unknown, replica: string) => movable.includes(replica) },
  );

const plan = (pods: readonly ReplicaPod[], movable = ['w-0', 'w-1', 'w-2'], replicas = NOTHING) => {
  const { move, stays } = planDrain(target, pods, replicas, new Set(['drained']), placing(movable));
  return { move: move?.name, stays: stays.map(({ pod: name, why }) => `${name} ${why}`) };
};

describe('replicas on a node that is being drained', () => {
  it('leave one at a time, serving ones last', () => {
    const pods = [pod('w-0', 'drained'), pod('w-1', 'drained', { ready: false }), pod('w-2', 'drained')];
    expect(plan(pods)).toEqual({ move: 'w-1', stays: ['w-0 moves after w-1', 'w-2 moves after w-1'] });
  });

  it('stay if they fit on no other node', () => {
    expect(plan([pod('w-0', 'drained')], [])).toEqual({
      move: undefined,
      stays: ['w-0 it fits on no other node'],
    });
  });

  it('leave first if they fit elsewhere', () => {
    expect(plan([pod('w-0', 'drained'), pod('w-1', 'drained')], ['w-0']).move).toBe('w-0');
  });

  it('wait until the previous one is ready on its new node', () => {
    const moved = pod('w-1', 'other', { ready: false });
    expect(plan([pod('w-0', 'drained'), moved])).toEqual({
      move: undefined,
      stays: ['w-0 waits until w-1 is ready'],
    });
    expect(plan([pod('w-0', 'drained'), { ...moved, ready: true }]).move).toBe('w-0');
  });

  it('wait for a terminating replica and for one that is not placed', () => {
    const ending = pod('w-1', 'drained', { terminating: true });
    expect(plan([pod('w-0', 'drained'), ending]).stays).toEqual(['w-0 waits until w-1 has terminated']);
    const verdict = { nodes: 0, rejected: [], suggestions: [], message: '' };
    const stuck = { ...NOTHING, unschedulable: { ordinal: 1, verdict, unplaced: 1 } };
    expect(plan([pod('w-0', 'drained')], ['w-0'], stuck).move).toBeUndefined();
  });

  it('stay if they have no device or are on other nodes', () => {
    const cpu = pod('w-0', 'drained', {
      allocation: gpuAllocation({ node: 'drained', kind: 'none', devices: [] }),
    });
    expect(plan([cpu, pod('w-1', 'other')])).toEqual({ move: undefined, stays: [] });
  });
});
