import { silentLogger } from '@tessera/platform-logging';
import { eventually } from '@tessera/testing-services';
import { KubernetesApiError } from './errors';
import { LeaderElection } from './lease';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/n/leases';
interface Lease {
  readonly metadata: { readonly resourceVersion?: string };
  readonly spec: { readonly holderIdentity?: string };
}

/** An API server with at most one lease, which records the calls. */
function fixture() {
  const calls: string[] = [];
  let lease: Lease | undefined;
  let version = 0;
  const request = <T>(method: string, path: string, options?: { readonly body?: unknown }): Promise<T> => {
    calls.push(method);
    const refuse = (status: number): Promise<T> =>
      Promise.reject(new KubernetesApiError(status, method, path, { code: status }));
    if (method === 'GET') return lease === undefined ? refuse(404) : Promise.resolve(lease as T);
    const body = options?.body as Lease;
    if (method === 'PUT' && body.metadata.resourceVersion !== lease?.metadata.resourceVersion)
      return refuse(409);
    version += 1;
    lease = { ...body, metadata: { ...body.metadata, resourceVersion: String(version) } };
    return Promise.resolve(lease as T);
  };
  const election = new LeaderElection({
    connection: { request },
    namespace: 'n',
    name: 'one',
    identity: 'us',
    clock: { now: () => Date.now() },
    logger: silentLogger,
  });
  const writeAs = (holderIdentity: string) =>
    request('PUT', `${PATH}/one`, { body: { ...lease, spec: { ...lease?.spec, holderIdentity } } });
  return { calls, election, writeAs, holder: () => lease?.spec.holderIdentity };
}

describe('the lease of a leader', () => {
  it('is renewed by one write, and read again once somebody else wrote it', async () => {
    const { calls, election, writeAs, holder } = fixture();
    await election.lead(() => undefined);
    expect(calls).toEqual(['GET', 'POST']);
    await eventually(() => expect(calls).toEqual(['GET', 'POST', 'PUT', 'PUT']), 10_000);
    calls.length = 0;
    await writeAs('us');
    await eventually(() => expect(calls).toEqual(['PUT', 'PUT', 'GET', 'PUT']), 10_000);
    await election.release();
    expect(holder()).toBe('');
  });

  it('is left to another holder, who wrote it', async () => {
    const { election, writeAs, holder } = fixture();
    let lost = false;
    await election.lead(() => (lost = true));
    await writeAs('them');
    await eventually(() => expect(lost).toBe(true), 20_000);
    expect(holder()).toBe('them');
  });
});
