import type { Repartition, RepartitionPhase } from '@tessera/domain-mig';
import type { MigNode } from '../mig/mig-nodes';
import { setCordon, type CordonNodes } from './cordon';

/** One node, of which this many writes meet a newer version. */
function oneNode(
  cordoned: boolean,
  { phase, conflicts = 0 }: { phase?: RepartitionPhase; conflicts?: number } = {},
) {
  const written: boolean[] = [];
  const change = {
    config: 'all-1g.5gb',
    phase,
    message: 'Waiting for 1 pod to leave: chat-0',
  } as Repartition;
  const node = {
    name: 'node-a',
    observed: { cordoned, ...(phase === undefined ? {} : { change }) },
  } as MigNode;
  let left = conflicts;
  const nodes: CordonNodes = {
    node: (name) => (name === node.name ? node : undefined),
    cordon: async (_node, wanted) => {
      if (left-- > 0) return false;
      written.push(wanted);
      return true;
    },
  };
  return { nodes, written };
}

describe('a cordon', () => {
  it.each([
    [false, true],
    [true, false],
  ])('is written where the node is %s and shall be %s', async (is, wanted) => {
    const { nodes, written } = oneNode(is);
    expect(await setCordon(nodes, 'node-a', wanted)).toEqual({ kind: 'done', cordoned: wanted });
    expect(written).toEqual([wanted]);
  });

  it.each([true, false])('is not written where the node is %s already', async (is) => {
    const { nodes, written } = oneNode(is);
    expect(await setCordon(nodes, 'node-a', is)).toEqual({ kind: 'done', cordoned: is });
    expect(written).toEqual([]);
  });

  it('of a node that is not there is told apart', async () => {
    expect(await setCordon(oneNode(false).nodes, 'node-b', true)).toEqual({ kind: 'unknown-node' });
  });

  it.each(['Draining', 'Applying', 'Recovering', 'RollingBack'] as const)(
    'waits for a change of the MIG configuration that is %s, with its words',
    async (phase) => {
      const { nodes, written } = oneNode(true, { phase });
      expect(await setCordon(nodes, 'node-a', false)).toEqual({
        kind: 'refused',
        message: `The MIG configuration of the node is changing to all-1g.5gb (${phase}: Waiting for 1 pod to leave: chat-0), which cordons and uncordons it; wait until the change ends, or withdraw it.`,
      });
      expect(written).toEqual([]);
    },
  );

  it.each(['Refused', 'Succeeded', 'Failed'] as const)('does not wait for one that is %s', async (phase) => {
    const { nodes, written } = oneNode(true, { phase });
    await setCordon(nodes, 'node-a', false);
    expect(written).toEqual([false]);
  });

  it('is written again over a newer version of the node, and given up after five', async () => {
    const fourTimes = oneNode(false, { conflicts: 4 });
    expect(await setCordon(fourTimes.nodes, 'node-a', true)).toEqual({ kind: 'done', cordoned: true });
    const always = oneNode(false, { conflicts: 5 });
    expect(await setCordon(always.nodes, 'node-a', true)).toMatchObject({ kind: 'refused' });
    expect(always.written).toEqual([]);
  });
});
