import fc from 'fast-check';
import { fitted, held, panned, seenAt, showing, zoomedAt } from './view';

const WINDOW = { width: 1000, height: 600 };
const MAP = { width: 8000, height: 5000 };
const SMALL = { width: 300, height: 200 };

describe('the view of the map', () => {
  it('shows all of a large map, and a small one in the middle and not too large', () => {
    const all = seenAt(fitted(MAP, WINDOW), { x: 0, y: 0, ...MAP });
    expect(all.x).toBeGreaterThanOrEqual(0);
    expect(all.y).toBeGreaterThanOrEqual(0);
    expect(all.x + all.width).toBeLessThanOrEqual(WINDOW.width);
    expect(all.y + all.height).toBeLessThanOrEqual(WINDOW.height);
    const small = seenAt(fitted(SMALL, WINDOW), { x: 0, y: 0, ...SMALL });
    expect([small.x + small.width / 2, small.y + small.height / 2]).toEqual([500, 300]);
    expect(small.width).toBe(600);
  });

  it('stays over the same point while it is zoomed', () => {
    const view = { x: 400, y: 300, zoom: 0.5 };
    const next = zoomedAt(view, 120, 80, 2);
    expect(next.zoom).toBe(1);
    expect([next.x + 120, next.y + 80]).toEqual([400 + 240, 300 + 160]);
  });

  it('never loses the map, however it is moved and zoomed', () => {
    const number = fc.integer({ min: -20_000, max: 20_000 });
    fc.assert(
      fc.property(number, number, fc.double({ min: 0.001, max: 100, noNaN: true }), (x, y, zoom) => {
        const {
          x: left,
          y: top,
          width,
          height,
        } = seenAt(held({ x, y, zoom }, MAP, WINDOW), { x: 0, y: 0, ...MAP });
        expect(Math.min(left + width, WINDOW.width) - Math.max(left, 0)).toBeGreaterThan(0);
        expect(Math.min(top + height, WINDOW.height) - Math.max(top, 0)).toBeGreaterThan(0);
      }),
    );
  });

  it('moves by px of its window', () => {
    expect(panned({ x: 10, y: 10, zoom: 2 }, 4, -2)).toEqual({ x: 12, y: 9, zoom: 2 });
  });

  it('moves to a place only where that is not seen, or too small', () => {
    const view = { x: 0, y: 0, zoom: 1 };
    const place = { x: 100, y: 100, width: 50, height: 10 };
    expect(showing(view, place, WINDOW, 0.8)).toBe(view);
    for (const [from, zoom] of [
      [{ ...view, x: 2000 }, 1],
      [{ ...view, zoom: 0.1 }, 0.8],
    ] as const) {
      const next = showing(from, place, WINDOW, 0.8);
      const { x, y, width, height } = seenAt(next, place);
      expect([next.zoom, x + width / 2, y + height / 2]).toEqual([zoom, 500, 300]);
    }
  });
});
