import type { FeedSnapshot } from '@tessera/contracts-internal/gateway';
import { FeedWatch } from './feed-watch';

const EMPTY: FeedSnapshot = { keys: [], subjects: [] };

/** A store whose version the spec sets, and that counts how often it is read. */
function fixture() {
  const counts = { versions: 0, snapshots: 0 };
  const store = {
    current: '1',
    version: () => {
      counts.versions += 1;
      return Promise.resolve(store.current);
    },
    snapshot: (clusterId: string) => {
      counts.snapshots += 1;
      return Promise.resolve(clusterId === 'known' ? EMPTY : undefined);
    },
  };
  const clock = { at: 0, now: () => clock.at, elapsedMs: () => clock.at };
  return { store, clock, counts, watch: new FeedWatch({ store, clock, pollMs: 1, waitMs: 1_000 }) };
}

describe('the watch of the feed', () => {
  it('answers at once where the version differs', async () => {
    const { watch } = fixture();
    expect(await watch.since('known', undefined)).toEqual({ version: '1', snapshot: EMPTY });
    expect(await watch.since('known', '0')).toEqual({ version: '1', snapshot: EMPTY });
    expect(await watch.since('unknown', undefined)).toBeUndefined();
  });

  it('reads one snapshot for all that wait', async () => {
    const { watch, store, counts } = fixture();
    const waiting = [watch.since('known', '1'), watch.since('known', '1')];
    store.current = '2';
    const changed = { version: '2', snapshot: EMPTY };
    expect(await Promise.all(waiting)).toEqual([changed, changed]);
    expect(counts.snapshots).toBe(1);
  });

  it('answers without a snapshot after the longest wait, and when the process stops', async () => {
    const { watch, clock } = fixture();
    const late = watch.since('known', '1');
    clock.at = 1_000;
    expect(await late).toEqual({ version: '1' });
    const stopped = watch.since('known', '1');
    watch.stop();
    expect(await stopped).toEqual({ version: '1' });
  });

  it('reads nothing while nobody waits', async () => {
    const { watch, clock, counts } = fixture();
    const late = watch.since('known', '1');
    clock.at = 1_000;
    await late;
    const { versions } = counts;
    await new Promise((resolve) => setImmediate(resolve));
    expect(counts.versions).toBe(versions);
  });

  it('fails for who waits where the version cannot be read, and tries again for the next', async () => {
    const { watch, store } = fixture();
    const { version } = store;
    store.version = () => Promise.reject(new Error('the database is away'));
    await expect(watch.since('known', '1')).rejects.toThrow('away');
    store.version = version;
    expect(await watch.since('known', '0')).toMatchObject({ version: '1' });
  });
});
