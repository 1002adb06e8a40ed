import type { NodePatch, Repartition, RepartitionPhase } from '@tessera/domain-mig';
import { MigController } from './mig-controller';
import type { MigNode, MigNodes } from './mig-nodes';

const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const TIMING = { drainMs: 60_000, stuckMs: 5_000, limitMs: 60_000, awayMs: 60_000, attempts: 2 };

/** A node whose change of geometry another scheduler has brought to this phase, at `since` by its own clock. */
function nodeIn(phase: RepartitionPhase, since: number) {
  let now = NOW;
  const change: Repartition = {
    config: 'all-1g.5gb',
    phase,
    message: 'Waiting for 1 pod to leave: reserved-0',
    startedAt: since,
    since,
    cordoned: true,
    attempts: 0,
    deploy: {},
  };
  const labels = { 'nvidia.com/gpu.deploy.mig-manager': 'true', 'nvidia.com/mig.config': 'all-1g.5gb' };
  const node: MigNode = {
    name: 'node-a',
    uid: 'uid-a',
    version: '1',
    observed: { labels, cordoned: true, offered: {}, asked: 'all-1g.5gb', change, foreign: [] },
    replicas: [],
    reservationPods: ['reserved-0'],
  };
  const written: (NodePatch['change'] | undefined)[] = [];
  const nodes: MigNodes = {
    asked: () => [node],
    node: () => node,
    configsOf: async () => undefined,
    write: async (_node, patch) => {
      if (patch.change?.phase !== phase) written.push(patch.change);
      return true;
    },
    report: async () => undefined,
    ask: async () => true,
  };
  const controller = new MigController({
    nodes,
    clock: { now: () => now },
    timing: TIMING,
    drain: () => undefined,
    onStep: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  /** The phase that follows, once this much time has passed; undefined while the change stays where it is. */
  const after = async (ms: number) => {
    now += ms;
    controller.advance();
    await controller.settled();
    return written.at(-1)?.phase;
  };
  return { after };
}

describe.each([3_600_000, -3_600_000])(
  'a step that another scheduler began, its clock off by %d ms',
  (off) => {
    it.each([
      ['Draining', 'Failed'],
      ['Applying', 'Failed'],
      ['Recovering', 'Applying'],
      ['RollingBack', 'Failed'],
    ] as const)('%s ends after its limit, counted from when we see it', async (phase, next) => {
      const { after } = nodeIn(phase, NOW + off);
      expect(await after(0)).toBeUndefined();
      expect(await after(59_999)).toBeUndefined();
      expect(await after(1)).toBe(next);
    });
  },
);
