import { silentLogger } from '@tessera/platform-logging';
import { pause } from '@tessera/platform-lifecycle';
import type { WatchEvent } from './connection';
import { KubernetesApiError } from './errors';
import { LeaderElection } from './lease';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/n/leases';
const HOUR_MS = 3_600_000;
interface Lease {
  readonly metadata: { readonly resourceVersion?: string; readonly creationTimestamp?: string };
  readonly spec: { readonly holderIdentity?: string };
}

/** An API server with at most one lease, which records the calls. A frozen watch delivers nothing. */
function fixture() {
  const calls: string[] = [];
  const server = { frozen: false, away: false };
  const wall = { offset: 0 };
  let lease: Lease | undefined;
  let version = 0;
  let events: WatchEvent[] = [];
  const emit = (type: WatchEvent['type'], object: unknown): void => {
    if (!server.frozen) events.push({ type, object });
  };
  const request = <T>(method: string, path: string, options?: { readonly body?: unknown }): Promise<T> => {
    calls.push(method);
    const refuse = (status: number): Promise<T> =>
      Promise.reject(new KubernetesApiError(status, method, path, { code: status }));
    if (server.away) return refuse(503);
    if (method === 'GET') return lease === undefined ? refuse(404) : Promise.resolve(lease as T);
    const body = options?.body as Lease;
    if (method === 'DELETE') {
      emit('DELETED', lease);
      lease = undefined;
      return Promise.resolve({} as T);
    }
    if (method === 'PUT' && lease === undefined) return refuse(404);
    if (method === 'PUT' && body.metadata.resourceVersion !== lease?.metadata.resourceVersion)
      return refuse(409);
    if (method === 'POST' && lease !== undefined) return refuse(409);
    version += 1;
    const creationTimestamp = lease?.metadata.creationTimestamp ?? new Date(version * 1000).toISOString();
    lease = { ...body, metadata: { ...body.metadata, creationTimestamp, resourceVersion: String(version) } };
    emit('MODIFIED', lease);
    return Promise.resolve(lease as T);
  };
  async function* watch(_path: string, _query: unknown, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    events = [];
    while (!signal.aborted) {
      yield* events.splice(0);
      await pause(1, signal);
    }
  }
  const candidate = (identity: string): LeaderElection =>
    new LeaderElection({
      connection: { request, watch },
      namespace: 'n',
      name: 'one',
      identity,
      clock: { now: () => Date.now() + wall.offset, elapsedMs: () => performance.now() },
      logger: silentLogger,
    });
  const election = candidate('us');
  const writeAs = (holderIdentity: string) =>
    request('PUT', `${PATH}/one`, { body: { ...lease, spec: { ...lease?.spec, holderIdentity } } });
  const remove = () => request('DELETE', `${PATH}/one`);
  /** Leads; says how long after `then` leadership was lost, ms. */
  async function lost(then: () => Promise<unknown>, limitMs = 20_000): Promise<number> {
    let at: number | undefined;
    await election.lead(() => (at = performance.now()));
    await then();
    const from = performance.now();
    while (at === undefined && performance.now() - from < limitMs) await passes(10);
    expect(election.leading).toBe(false);
    return (at ?? Infinity) - from;
  }
  return {
    calls,
    server,
    wall,
    election,
    candidate,
    writeAs,
    remove,
    lost,
    holder: () => lease?.spec.holderIdentity,
  };
}

const passes = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

describe('the lease of a leader', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is renewed by one write, and read again once somebody else wrote it', async () => {
    const { calls, election, writeAs, holder } = fixture();
    await election.lead(() => undefined);
    expect(calls).toEqual(['GET', 'POST']);
    await passes(2_000);
    expect(calls).toEqual(['GET', 'POST', 'PUT', 'PUT']);
    calls.length = 0;
    await writeAs('us');
    await passes(1_000);
    expect(calls).toEqual(['PUT', 'PUT', 'GET', 'PUT']);
    await election.release();
    expect(holder()).toBe('');
  });

  it('is lost at once to another holder, who wrote it and keeps it', async () => {
    const { lost, writeAs, holder } = fixture();
    expect(await lost(() => writeAs('them'))).toBeLessThan(50);
    await passes(20_000);
    expect(holder()).toBe('them');
  });

  it('is lost at once when it is deleted, and the leader makes no new one', async () => {
    const { lost, remove, holder } = fixture();
    expect(await lost(remove)).toBeLessThan(50);
    await passes(20_000);
    expect(holder()).toBeUndefined();
  });

  it.each(['taken by another', 'deleted'])(
    'is lost at the next renewal when it is %s and the watch is silent',
    async (how) => {
      const { lost, writeAs, remove, server } = fixture();
      server.frozen = true;
      expect(await lost(() => (how === 'deleted' ? remove() : writeAs('them')))).toBeLessThan(1_050);
    },
  );

  it('is not taken from another leader before its duration is over, although it was deleted', async () => {
    const { candidate, remove, lost, holder } = fixture();
    let leads = false;
    const standby = candidate('standby');
    await lost(async () => {
      void standby.lead(() => undefined).then(() => (leads = true));
      await passes(500);
      await remove();
    });
    await passes(6_000);
    expect(leads).toBe(false);
    await passes(3_000);
    expect(leads).toBe(true);
    expect(holder()).toBe('standby');
  });

  it.each([HOUR_MS, -HOUR_MS])('has one leader though the wall clocks step by %d ms', async (step) => {
    const { election, candidate, wall } = fixture();
    const seen: string[] = [];
    await election.lead(() => seen.push('lost'));
    void candidate('standby')
      .lead(() => undefined)
      .then(() => seen.push('standby leads'));
    await passes(300);
    wall.offset = step;
    expect(election.leading).toBe(true);
    await passes(30_000);
    expect({ seen, leading: election.leading }).toEqual({ seen: [], leading: true });
  });

  it('is lost after the deadline where the API server is away, though the wall clock was set back', async () => {
    const { lost, server, wall } = fixture();
    const ms = await lost(async () => {
      server.away = true;
      wall.offset = -HOUR_MS;
    });
    expect(ms).toBeLessThan(7_000);
  });
});
