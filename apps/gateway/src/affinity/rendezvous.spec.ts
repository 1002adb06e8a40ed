import { textHash } from '@tessera/domain-workload/prefix-hashes';
import { mostPreferred } from './rendezvous';

const SESSIONS = 4_000;
const replicas = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, hash: textHash(`replica-${index}`) }));
const placesOf = (candidates: ReturnType<typeof replicas>) =>
  Array.from(
    { length: SESSIONS },
    (_, index) => mostPreferred(candidates, textHash(`session-${index}`))?.index ?? -1,
  );

describe('sessions on replicas', () => {
  it.each([2, 3, 8, 50])('are spread over %i evenly', (count) => {
    const shares = Array<number>(count).fill(0);
    for (const place of placesOf(replicas(count))) shares[place] = (shares[place] ?? 0) + 1;
    const mean = SESSIONS / count;
    // Five standard deviations of a binomial distribution.
    const far = 5 * Math.sqrt(mean);
    expect(shares.filter((share) => Math.abs(share - mean) > far)).toEqual([]);
  });

  it('move to a new replica only, as many as are its share', () => {
    const [before, after] = [placesOf(replicas(8)), placesOf(replicas(9))];
    const moved = after.filter((place, index) => place !== before[index]);
    expect(new Set(moved)).toEqual(new Set([8]));
    expect(Math.abs(moved.length - SESSIONS / 9)).toBeLessThan(5 * Math.sqrt(SESSIONS / 9));
  });

  it('of a removed replica spread over the others, and all other sessions stay', () => {
    const before = placesOf(replicas(8));
    const after = placesOf(replicas(8).filter(({ index }) => index !== 3));
    const moved = after.filter((place, index) => place !== before[index]);
    expect(moved).toHaveLength(before.filter((place) => place === 3).length);
    expect(new Set(moved).size).toBe(7);
  });

  it('do not depend on the order in which a gateway saw the replicas', () => {
    expect(placesOf(replicas(5).reverse())).toEqual(placesOf(replicas(5)));
  });
});

it('prefers no replica where there is none', () => {
  expect(mostPreferred([], 1)).toBeUndefined();
});
