import { status } from '@grpc/grpc-js';
import { gatewayFixture, replica } from '../testing/gateway-fixture';
import { GrpcCaller, GrpcEcho, METHODS, type Ended } from '../testing/grpc-echo';
import { servingKey, withKey } from '../testing/serving-key';

const KEY = 'tsk-p1';
const OTHER_KEY = 'tsk-p2';

describe('access and limits of gRPC', () => {
  let fixture: Awaited<ReturnType<typeof gatewayFixture>>;
  let echo: GrpcEcho;
  let caller: GrpcCaller;
  beforeEach(async () => {
    fixture = await gatewayFixture({ drainMs: 200 });
    echo = new GrpcEcho();
    fixture.source.setWorkload({ protocol: 'grpc', access: { users: [], groups: [] } });
    fixture.callers.update({
      keys: [
        servingKey(KEY, { id: 'key-1', name: 'nightly job', limits: { requestsPerMinute: 1 } }),
        servingKey(OTHER_KEY, { scope: { projects: ['p2'], workloads: [] } }),
      ],
      subjects: [],
    });
    caller = new GrpcCaller(fixture.address);
  });
  afterEach(async () => {
    caller.close();
    echo.close();
    await fixture.close();
  });
  const serve = async (): Promise<void> =>
    fixture.source.report('present', replica('a', { address: await echo.listen() }));
  const call = (workload: string, headers: Record<string, string> = {}): Promise<Ended> =>
    caller.unary(METHODS.unary, { 'x-tessera-workload': workload, ...headers });

  it.each([
    { whom: 'nobody', headers: {}, code: status.UNAUTHENTICATED },
    { whom: 'a caller that may not call it', headers: withKey(OTHER_KEY), code: status.NOT_FOUND },
    { whom: 'an unknown key', headers: withKey('tsk-none'), code: status.UNAUTHENTICATED },
  ])('answer $whom alike for a workload and an unknown name, and wake nothing', async ({ headers, code }) => {
    const [known, unknown] = [await call('p1/chat', headers), await call('p1/none', headers)].map(
      ({ trailers, ...rest }) => {
        const { date: _date, ...shown } = trailers.getMap();
        return { ...rest, trailers: shown };
      },
    );
    expect(known).toMatchObject({ code, messages: [] });
    expect(unknown).toEqual(known);
    expect(fixture.schedulers.wakes).toEqual([]);
  });

  it('give the replica the identity of the caller, and no credential', async () => {
    await serve();
    const forged = { 'x-tessera-caller-id': 'root', 'x-api-key': KEY };
    expect((await call('p1/chat', { ...withKey(KEY), ...forged })).code).toBe(status.OK);
    const seen = echo.metadata[0]?.getMap();
    expect(seen).toMatchObject({
      'x-tessera-caller-kind': 'key',
      'x-tessera-caller-id': 'key-1',
      'x-tessera-caller-name': 'nightly%20job',
    });
    expect(JSON.stringify(seen)).not.toMatch(/tsk-|root/);
  });

  it('reject what exceeds a limit with RESOURCE_EXHAUSTED', async () => {
    await serve();
    expect((await call('p1/chat', withKey(KEY))).code).toBe(status.OK);
    const { code, details, trailers } = await call('p1/chat', withKey(KEY));
    expect([code, trailers.get('x-tessera-reason'), trailers.get('x-tessera-limit')]).toEqual([
      status.RESOURCE_EXHAUSTED,
      ['RequestsPerMinute'],
      ['key/requestsPerMinute'],
    ]);
    expect(details).toContain('The limit of the key "nightly job" is reached');
    expect(echo.metadata).toHaveLength(1);
  });
});
