import { gpuNode } from '@tessera/testing-builders';
import { KnownNodes } from './known-nodes';

describe('known nodes', () => {
  it('report each change once, with the node as it is now or undefined where it is gone', () => {
    const known = new KnownNodes();
    const node = gpuNode('a', 1);
    known.changed('a');
    known.heldChanged('b');
    known.heldChanged(undefined);
    expect(known.takeChanged((name) => (name === 'a' ? node : undefined))).toEqual(
      new Map([
        ['a', node],
        ['b', undefined],
      ]),
    );
    expect(known.takeChanged(() => node)).toEqual(new Map());
  });

  it('stay cached where held devices changed that they were not computed from', () => {
    const known = new KnownNodes();
    const made = (asks: boolean) => known.get('a', (held) => (asks && held(), gpuNode('a', 1)));
    const first = made(false);
    known.heldChanged('a');
    expect(made(true)).toBe(first);
    known.changed('a');
    const second = made(true);
    known.heldChanged('a');
    expect(made(true)).not.toBe(second);
  });
});
