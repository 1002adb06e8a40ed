import fc from 'fast-check';
import { gpu, node } from '../testing';
import { BAR, barOf, boxesWithin, layoutOf, rowsWithin, type MapLayout, type Rect } from './layout';

const many = (count: number, gpus = 2, pool = 'default') =>
  Array.from({ length: count }, (_, n) =>
    node(
      `${pool}-${n}`,
      Array.from({ length: gpus }, (_u, i) => gpu(i)),
      pool,
    ),
  );
const boxesOf = ({ rows }: MapLayout) => rows.flatMap(({ boxes }) => boxes);

describe('the layout of the map', () => {
  it.each([0.5, 1, 1.6, 3])('has about the shape of its window: %p', (aspect) => {
    const { width, height } = layoutOf(many(1000, 8), aspect);
    expect(width / height / aspect).toBeGreaterThan(0.9);
    expect(width / height / aspect).toBeLessThan(1.1);
  });

  it('has one column in the narrowest window', () => {
    expect(new Set(boxesOf(layoutOf(many(3), 0.01)).map(({ x }) => x)).size).toBe(1);
  });

  it('begins a section for every pool, in the order of their names, and leaves no node out', () => {
    const layout = layoutOf([...many(3, 1, 'b'), ...many(2, 8, 'a')], 1);
    expect(layout.sections.map(({ pool, nodes }) => [pool, nodes])).toEqual([
      ['a', 2],
      ['b', 3],
    ]);
    expect(boxesOf(layout).map(({ node: { name } }) => name)).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'b-2']);
  });

  it('never draws a GPU over another one, nor outside of its node or the map', () => {
    const layout = layoutOf([...many(40, 3), ...many(5, 8, 'x'), ...many(4, 0, 'none')], 1.5);
    const bars = boxesOf(layout).flatMap((box) =>
      box.node.gpus.map((_gpu, position) => ({ box, bar: barOf(box, position) })),
    );
    expect(new Set(bars.map(({ bar: { x, y } }) => `${x} ${y}`)).size).toBe(160);
    for (const { box, bar } of bars) {
      expect(bar.x + BAR.width).toBeLessThanOrEqual(box.x + box.width);
      expect(bar.y + BAR.height).toBeLessThanOrEqual(box.y + box.height);
      expect(box.x + box.width).toBeLessThanOrEqual(layout.width);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
    }
  });

  it('finds what a part of it touches as a search of all nodes does', () => {
    const layout = layoutOf([...many(60, 2), ...many(7, 5, 'x')], 1.3);
    const touches = (box: Rect, part: Rect): boolean =>
      box.x < part.x + part.width &&
      box.x + box.width > part.x &&
      box.y < part.y + part.height &&
      box.y + box.height > part.y;
    const length = fc.integer({ min: 1, max: 900 });
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 2000 }),
        fc.integer({ min: -50, max: 2000 }),
        length,
        length,
        (x, y, width, height) => {
          const part = { x, y, width, height };
          const found = rowsWithin(layout, part).flatMap((row) => boxesWithin(row, part));
          const want = boxesOf(layout).filter((box) => touches(box, part));
          // A row is as high as its highest node, so that lower ones may be drawn in vain.
          expect(want.filter((box) => !found.includes(box))).toEqual([]);
          expect(found.filter((box) => box.x >= x + width || box.x + box.width <= x)).toEqual([]);
        },
      ),
    );
  });
});
