import type { ReplicaPod } from '@tessera/application-reconciliation';
import { replicaPod } from '@tessera/application-reconciliation/testing';
import { maybe } from '@tessera/kernel';
import { ReplicaIndex } from './replica-index';

const pod = (name: string, workloadId: string, nodeName?: string): ReplicaPod =>
  replicaPod({ name, workloadId, ...maybe('nodeName', nodeName) });

describe('the index of replicas', () => {
  it('finds the latest state of a replica by key, workload and node', () => {
    const index = new ReplicaIndex();
    const [first, other] = [pod('a', 'w', 'n'), pod('b', 'w', 'm')];
    index.put('a', first);
    index.put('b', other);
    const next = pod('a', 'w', 'n');
    index.put('a', next);
    expect(index.get('a')).toBe(next);
    expect([...index.all()]).toEqual([next, other]);
    expect(index.ofWorkload('w')).toEqual([next, other]);
    expect(index.onNode('n')).toEqual([next]);
  });

  it('has it once, also if it moves to another node or workload', () => {
    const index = new ReplicaIndex();
    index.put('a', pod('a', 'w', 'n'));
    const moved = pod('a', 'v', 'm');
    index.put('a', moved);
    expect([index.onNode('n'), index.ofWorkload('w')]).toEqual([[], []]);
    expect([index.onNode('m'), index.ofWorkload('v')]).toEqual([[moved], [moved]]);
  });

  it('drops a removed one, and ignores the removal of an unknown one', () => {
    const index = new ReplicaIndex();
    index.put('a', pod('a', 'w'));
    index.remove('a');
    index.remove('a');
    expect([index.get('a'), [...index.all()], index.ofWorkload('w')]).toEqual([undefined, [], []]);
  });

  it('returns the same list of a node until something on that node changes', () => {
    const index = new ReplicaIndex();
    index.put('a', pod('a', 'w', 'n'));
    const before = index.onNode('n');
    index.put('b', pod('b', 'w', 'm'));
    expect(index.onNode('n')).toBe(before);
    index.put('a', pod('a', 'w', 'n'));
    expect(index.onNode('n')).not.toBe(before);
  });
});
