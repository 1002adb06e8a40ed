import { once } from 'node:events';
import type { Socket } from 'node:net';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture, listening, open, replica } from '../testing/gateway-fixture';
import { websocketServer } from '../testing/websocket-server';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

describe('the time limit of a request', () => {
  let fixture: Fixture;
  const begin = async (requestTimeoutMs: number | undefined, requestMs?: number): Promise<void> => {
    fixture = await gatewayFixture({ requestMs });
    fixture.source.setWorkload(requestTimeoutMs === undefined ? {} : { requestTimeoutMs });
  };
  const url = (): string => `${fixture.url}/p1/chat/`;
  const ask = async () => {
    const answer = await fetch(url());
    return [answer.status, answer.headers.get('x-tessera-reason'), await answer.text()] as const;
  };
  const LATE = [504, 'RequestTimeout', expect.stringContaining('servingConfiguration.requestTimeoutSeconds')];
  afterEach(() => fixture.close());

  it('includes the wait for a replica', async () => {
    await begin(80);
    expect(await ask()).toEqual(LATE);
    expect(await fixture.series('tessera_gateway_refusals_total')).toEqual([
      expect.stringMatching(/"late"\} 1$/),
    ]);
  });

  it('ends a request that its replica has not begun to answer, and the call to the replica', async () => {
    await begin(80);
    let cancelled = false;
    await fixture.serve('a', (_, response) => void response.on('close', () => (cancelled = true)));
    expect(await ask()).toEqual(LATE);
    await eventually(() => expect(cancelled).toBe(true));
    expect(await fixture.series('tessera_gateway_in_flight')).toEqual([expect.stringMatching(/ 0$/)]);
  });

  it('includes the arrival of a body that the gateway reads', async () => {
    await begin(80);
    await fixture.serve('a', (_, response) => response.end('ok'));
    const { request, answered } = open(`${url()}v1/chat/completions`, 'POST');
    request.setHeader('content-length', 100);
    request.write('{"model":');
    expect((await answered).statusCode).toBe(504);
    request.on('error', () => undefined).destroy();
    expect(await fixture.series('tessera_gateway_refusals_total')).toEqual([
      expect.stringMatching(/"late"\} 1$/),
    ]);
  });

  it('includes the arrival of a body that names the workload', async () => {
    await begin(80);
    const { request, answered } = open(`${fixture.url}/v1/chat/completions`, 'POST');
    request.write('{"model":"chat",');
    // A request that waits for its whole time, which is as long.
    expect(await ask()).toEqual(LATE);
    await fixture.serve('a', (_, response) => response.end('{}'));
    request.end('"messages":[]}');
    expect((await answered).statusCode).toBe(504);
  });

  it('ends a stream in the middle, so that its client sees that it is incomplete', async () => {
    await begin(200);
    await fixture.serve('a', (_, response) => void response.write('data: 1\n\n'));
    const { request, answered } = open(url());
    request.end();
    const response = await answered;
    response.resume();
    const [error] = (await once(response, 'error')) as [NodeJS.ErrnoException];
    expect([response.statusCode, error.code, response.complete]).toEqual([200, 'ECONNRESET', false]);
  });

  it('is that of the gateway where the workload sets none', async () => {
    await begin(undefined, 80);
    expect(await ask()).toEqual(LATE);
  });

  it('is cancelled for a websocket', async () => {
    await begin(3_600_000);
    const server = websocketServer();
    fixture.source.report('present', replica('a', { address: await listening(server) }));
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = timers();
    for (let index = 0; index < 50; index += 1) {
      const { request } = open(url());
      request.setHeader('connection', 'upgrade').setHeader('upgrade', 'websocket');
      request.setHeader('sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ==').end();
      const [, socket] = (await once(request, 'upgrade')) as [unknown, Socket];
      socket.destroy();
    }
    await eventually(() => expect(timers()).toBeLessThan(before + 25));
    await new Promise((resolve) => server.close(resolve));
  });

  it('does not touch a request that ends in time', async () => {
    await begin(5_000);
    await fixture.serve('a', (_, response) => response.end('ok'));
    expect(await ask()).toEqual([200, null, 'ok']);
  });
});
