import { SERVICE_START_MS } from '@tessera/dev-services';
import { silentLogger } from '@tessera/platform-logging';
import {
  describeWithService,
  eventually,
  testKubernetes,
  type TestKubernetes,
} from '@tessera/testing-services';
import { connectKubernetes, type KubernetesConnection } from './connection';
import { LeaderElection } from './lease';

jest.setTimeout(90_000);

/** Less than the five seconds after which a lease that is not renewed counts as lost. */
const AT_ONCE_MS = 3_000;
const LIMIT_MS = 30_000;
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

interface Lease {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: { readonly holderIdentity: string; readonly leaseTransitions: number };
}

describeWithService('kubernetes', 'the lease of a scheduler, on a real API server', () => {
  let server: TestKubernetes;
  let admin: KubernetesConnection;
  let ours: KubernetesConnection;
  beforeAll(async () => {
    server = await testKubernetes();
    admin = connectKubernetes(server.kubeconfigPath);
    ours = connectKubernetes(server.kubeconfigPath, 'scheduler');
  }, 3 * SERVICE_START_MS);
  afterAll(async () => {
    await ours?.close();
    await admin?.close();
    await server?.remove();
  }, SERVICE_START_MS);

  const read = (name: string): Promise<Lease> => admin.request<Lease>('GET', `${LEASES}/${name}`);
  const candidate = (name: string, identity: string): LeaderElection =>
    new LeaderElection({
      connection: ours,
      namespace: 'default',
      name,
      identity,
      clock: { now: () => Date.now(), elapsedMs: () => performance.now() },
      logger: silentLogger,
    });
  /** Somebody else writes himself into the lease, whatever it says. */
  const takeAs = async (name: string, holderIdentity: string): Promise<void> => {
    await eventually(async () => {
      const lease = await read(name);
      const spec = { ...lease.spec, holderIdentity, leaseTransitions: lease.spec.leaseTransitions + 1 };
      await admin.request('PUT', `${LEASES}/${name}`, { body: { ...lease, spec } });
    }, LIMIT_MS);
  };

  it.each<readonly [string, (name: string) => Promise<unknown>]>([
    ['names another holder', (name) => takeAs(name, 'other')],
    ['names it again as a new holder', (name) => takeAs(name, 'us')],
    ['is gone', (name) => admin.request('DELETE', `${LEASES}/${name}`)],
  ])('stops its leader at once when it %s', async (what, change) => {
    const name = `lost-${what.replaceAll(' ', '-')}`;
    const election = candidate(name, 'us');
    let lostAt: number | undefined;
    expect(await election.lead(() => (lostAt = performance.now()))).toBeGreaterThan(0);
    expect(election.leading).toBe(true);
    await change(name);
    const from = performance.now();
    await eventually(() => expect(election.leading).toBe(false), LIMIT_MS);
    expect((lostAt ?? Infinity) - from).toBeLessThan(AT_ONCE_MS);
    await election.release();
  });

  it('is left as it is by a leader that lost it', async () => {
    const election = candidate('kept', 'us');
    await election.lead(() => undefined);
    await takeAs('kept', 'other');
    await eventually(() => expect(election.leading).toBe(false), LIMIT_MS);
    const before = await read('kept');
    await election.release();
    expect(await read('kept')).toEqual(before);
    expect(before.spec.holderIdentity).toBe('other');
  });

  it('goes to a standby as soon as its leader releases it, with a later epoch', async () => {
    const [first, second] = [candidate('released', 'one'), candidate('released', 'two')];
    const epoch = await first.lead(() => undefined);
    const waiting = second.lead(() => undefined);
    expect(second.leading).toBe(false);
    await first.release();
    expect(await waiting).toBeGreaterThan(epoch ?? Infinity);
    expect([first.leading, second.leading]).toEqual([false, true]);
    await second.release();
  });
});
