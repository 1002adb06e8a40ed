import fc from 'fast-check';
import { chooseByPrefix, chooseBySession, EASY_LOAD, loadLimit } from './choose';

interface Held {
  readonly name: string;
  readonly inFlight: number;
  readonly seen: number;
}
const seen = (one: Held): number => one.seen;
/** Replicas `a`, `b`, … by their requests in flight and what they have seen of the prompt. */
const replicas = (...each: readonly (readonly [inFlight: number, seen: number])[]): Held[] =>
  each.map(([inFlight, blocks], index) => ({ name: 'abcdefgh'[index] ?? '?', inFlight, seen: blocks }));

describe('the choice by prefix', () => {
  it.each([
    {
      what: 'nothing is known',
      of: [
        [1, 0],
        [0, 0],
      ],
      chosen: 'b none',
    },
    {
      what: 'one knows the prompt',
      of: [
        [3, 5],
        [0, 0],
      ],
      chosen: 'a prefix',
    },
    {
      what: 'one knows more of it',
      of: [
        [0, 5],
        [3, 9],
      ],
      chosen: 'b prefix',
    },
    {
      what: 'two know as much',
      of: [
        [2, 5],
        [1, 5],
        [0, 0],
      ],
      chosen: 'b prefix',
    },
    {
      what: 'it has four and the mean is small',
      of: [
        [4, 5],
        [0, 0],
      ],
      chosen: 'b prefix_moved',
    },
    {
      what: 'it has less than twice the mean',
      of: [
        [11, 5],
        [6, 0],
        [3, 0],
      ],
      chosen: 'a prefix',
    },
    {
      what: 'it has twice the mean',
      of: [
        [14, 5],
        [4, 0],
        [3, 0],
      ],
      chosen: 'c prefix_moved',
    },
    {
      what: 'the next best is not too loaded',
      of: [
        [14, 9],
        [4, 5],
        [3, 0],
      ],
      chosen: 'b prefix_moved',
    },
  ] as const)('where $what: $chosen', ({ of, chosen }) => {
    const ready = replicas(...of);
    const { candidate, choice } = chooseByPrefix(ready, ready, seen, 0) ?? {};
    expect(`${candidate?.name} ${choice}`).toBe(chosen);
  });

  it('chooses only replicas with a free slot', () => {
    const ready = replicas([2, 9], [3, 4], [1, 0]);
    expect(chooseByPrefix(ready.slice(1), ready, seen, 0)).toMatchObject({
      candidate: { name: 'b' },
      choice: 'prefix_moved',
    });
    expect(chooseByPrefix([], ready, seen, 0)).toBeUndefined();
  });

  it('chooses whenever a slot is free, and never a too loaded replica for its prefixes', () => {
    const held = fc.record({ name: fc.constant('x'), inFlight: fc.nat(40), seen: fc.nat(6) });
    fc.assert(
      fc.property(
        fc.array(held, { minLength: 1, maxLength: 9 }),
        fc.nat(20),
        fc.nat(8),
        (ready, turn, full) => {
          const free = ready.slice(0, Math.max(1, ready.length - full));
          const { candidate, choice } = chooseByPrefix(free, ready, seen, turn) ?? {};
          if (candidate === undefined) throw new Error('nobody was chosen');
          expect(free).toContain(candidate);
          const least = Math.min(...free.map(({ inFlight }) => inFlight));
          if (candidate.inFlight > least) expect(candidate.inFlight).toBeLessThan(loadLimit(ready));
          if (choice === 'prefix') expect(candidate.seen).toBe(Math.max(...ready.map(seen)));
          expect(choice === 'none').toBe(ready.every((one) => one.seen === 0));
        },
      ),
    );
  });

  it('spreads one common prompt until no replica is too loaded', () => {
    const ready = Array.from({ length: 8 }, (_, index) => ({ name: String(index), inFlight: 0, seen: 0 }));
    for (let request = 0; request < 160; request += 1) {
      const candidate = chooseByPrefix(ready, ready, seen, request)?.candidate;
      if (candidate === undefined) throw new Error('nobody was chosen');
      candidate.inFlight += 1;
      candidate.seen = 5;
    }
    expect(Math.max(...ready.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(loadLimit(ready));
  });
});

it('a replica is too loaded from twice the mean, and never below four requests', () => {
  expect(loadLimit(replicas([0, 0], [1, 0]))).toBe(EASY_LOAD);
  expect(loadLimit(replicas([10, 0], [20, 0]))).toBe(30);
  expect(loadLimit([])).toBe(EASY_LOAD);
});

describe('the choice by session', () => {
  const ready = ['a', 'b', 'c'].map((name, index) => ({ name, inFlight: 0, hash: 7_919 * (index + 1) }));

  it('is the same however loaded the replica is, until it has no free slot', () => {
    const first = chooseBySession(ready, ready, 42);
    expect(first?.choice).toBe('session');
    const loaded = ready.map((one) => ({ ...one, inFlight: one.name === first?.candidate.name ? 1_000 : 0 }));
    expect(chooseBySession(loaded, loaded, 42)?.candidate.name).toBe(first?.candidate.name);
    const others = ready.filter((one) => one !== first?.candidate);
    const second = chooseBySession(others, ready, 42);
    expect([others.some((one) => one === second?.candidate), second?.choice]).toEqual([
      true,
      'session_moved',
    ]);
    expect(chooseBySession([], ready, 42)).toBeUndefined();
  });
});
