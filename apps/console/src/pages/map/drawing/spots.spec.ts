import { gpu, holder, node } from '../testing';
import { layoutOf } from './layout';
import {
  firstSpot,
  nameOf,
  placeOf,
  spotAt,
  spotBeside,
  spotNamed,
  spotsWith,
  type Direction,
} from './spots';

const half = (name: string) => holder(name, '1');
const mig = [
  { profile: '1g.5gb', start: 0, size: 1, used: false },
  { profile: '3g.20gb', start: 4, size: 4, used: false },
];
/** Two nodes beside each other and one below: a has two shares and a free GPU, b instances, c one GPU. */
const layout = layoutOf(
  [
    node('a', [gpu(0, { holders: [half('x'), half('y')] }), gpu(1)]),
    node('b', [gpu(0, { mig, migSlices: 8 })]),
    node('c', [gpu(5, { holders: [half('z')] })]),
  ],
  3.2,
);
const named = (name: string) => {
  const spot = spotNamed(layout, name);
  if (spot === undefined) throw new Error(`there is no ${name}`);
  return spot;
};

describe('the spots of the map', () => {
  it.each(['a/0/0', 'a/0/1', 'a/1/-1', 'b/0/0', 'b/0/1', 'c/5/0'])(
    '%s is found where it is drawn',
    (name) => {
      const { x, y, width, height } = placeOf(named(name));
      expect(nameOf(spotAt(layout, x + width / 2, y + height / 2) ?? named('a/1/-1'))).toBe(name);
    },
  );

  it('are not there between GPUs, between nodes and outside', () => {
    const { x, y, width, height } = placeOf(named('a/1/-1'));
    for (const [px, py] of [
      [x, y + height + 1],
      [x, y - 1],
      [x + width + 1, y],
      [-5, -5],
    ] as const)
      expect(spotAt(layout, px, py)).toBeUndefined();
  });

  it('between instances are what is free of the GPU', () => {
    const { x, y } = placeOf(named('b/0/0'));
    expect(nameOf(spotAt(layout, x + 30, y) ?? named('a/0/0'))).toBe('b/0/-1');
  });

  it.each<[string, Direction, string]>([
    ['a/0/0', 'right', 'a/0/1'],
    ['a/0/1', 'right', 'b/0/0'],
    ['a/0/0', 'left', 'a/0/0'],
    ['b/0/0', 'left', 'a/0/1'],
    ['a/0/1', 'down', 'a/1/-1'],
    ['a/1/-1', 'up', 'a/0/0'],
    ['a/0/0', 'up', 'a/0/0'],
    ['a/1/-1', 'right', 'b/0/0'],
  ])('beside %s, %s, is %s', (from, direction, to) => {
    expect(nameOf(spotBeside(layout, named(from), direction))).toBe(to);
  });

  it('below a node are those of the next row, and above again', () => {
    const tall = layoutOf([node('a', [gpu(0)]), node('b', [gpu(0), gpu(1)]), node('none', [])], 0.01);
    const [a, b] = ['a/0/-1', 'b/1/-1'].map((name) => spotNamed(tall, name));
    expect(nameOf(spotBeside(tall, a ?? named('a/0/0'), 'down'))).toBe('b/0/-1');
    expect(nameOf(spotBeside(tall, b ?? named('a/0/0'), 'down'))).toBe('b/1/-1');
    const above = spotNamed(tall, 'b/0/-1');
    expect(nameOf(spotBeside(tall, above ?? named('a/0/0'), 'up'))).toBe('a/0/-1');
  });

  it.each([
    ['a/0/7', 'a/0/-1'],
    ['a/9/0', undefined],
    ['nobody/0/0', undefined],
    ['', undefined],
  ])('%p names %p', (name, want) => {
    const spot = spotNamed(layout, name);
    expect(spot && nameOf(spot)).toBe(want);
  });

  it('are found by a test of their shares, in the order of the map', () => {
    const found = spotsWith(layout, ({ holder: whose }) => whose !== undefined);
    expect(found.map(nameOf)).toEqual(['a/0/0', 'a/0/1', 'c/5/0']);
  });

  it('begin with the first GPU', () => {
    expect(nameOf(firstSpot(layout) ?? named('c/5/0'))).toBe('a/0/0');
    expect(firstSpot(layoutOf([node('none', [])], 1))).toBeUndefined();
  });
});
