import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '@tessera/testing-services/eventually';
import { open } from '../../testing/gateway-fixture';
import { KEY, modelFixture, OTHER_KEY } from '../../testing/model-fixture';
import { withKey } from '../../testing/serving-key';

const MIB = 1024 * 1024;

describe('the memory for bodies that are read', () => {
  let fixture: Awaited<ReturnType<typeof modelFixture>>;
  const cut: (() => void)[] = [];
  const begin = async (access: 'public' | 'listed' = 'public'): Promise<void> => {
    fixture = await modelFixture({ readBytes: 4 * MIB });
    await fixture.serveModel('p1', 'chat', access === 'public' ? access : { users: [], groups: [] });
  };
  afterEach(async () => {
    for (const end of cut.splice(0)) end();
    await fixture.close();
  });

  /** Sends a long body without its model, and then nothing more; the status, where one comes. */
  function stall(headers: Record<string, string> = {}) {
    const { request, answered } = open(`${fixture.url}/v1/chat/completions`, 'POST');
    for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
    request.setHeader('content-length', 31 * MIB);
    request.on('error', () => undefined).write(`{"messages":"${'x'.repeat(800_000)}`);
    cut.push(() => request.destroy());
    const stalled = { status: 0 };
    answered.then(
      (answer: IncomingMessage) => {
        stalled.status = answer.statusCode ?? 0;
        answer.resume();
      },
      () => undefined,
    );
    return stalled;
  }
  /** A body of 400 kB that ends with its model. */
  const long = async (headers: Record<string, string>): Promise<number> => {
    const body = `{"messages":"${'x'.repeat(400_000)}","model":"chat"}`;
    const answer = await fetch(`${fixture.url}/v1/chat/completions`, { method: 'POST', body, headers });
    await answer.text();
    return answer.status;
  };

  it('is not used for an unauthenticated caller without a public model', async () => {
    await begin('listed');
    const { request, answered } = open(`${fixture.url}/v1/chat/completions`, 'POST');
    cut.push(() => request.destroy());
    request.setHeader('content-length', 31 * MIB);
    request.on('error', () => undefined).write('{"messages":');
    const answer = await answered;
    expect([answer.statusCode, JSON.parse(await text(answer))]).toEqual([
      401,
      expect.objectContaining({ error: expect.objectContaining({ code: 'invalid_api_key' }) as object }),
    ]);
  });

  it('is not filled by one caller with long bodies', async () => {
    await begin();
    const stalled = Array.from({ length: 8 }, () => stall());
    // One of them has the caller's part, the others are refused.
    await eventually(() => expect(stalled.filter(({ status }) => status === 503)).toHaveLength(7));
    expect(await long(withKey(KEY))).toBe(200);
    expect((await fixture.ask('chat')).status).toBe(200);
  });

  it('is not filled by several callers with long bodies: short ones have room', async () => {
    await begin();
    const callers = [{}, withKey(KEY), withKey(OTHER_KEY)];
    const stalled = callers.flatMap((headers) => Array.from({ length: 3 }, () => stall(headers)));
    await eventually(() => expect(stalled.filter(({ status }) => status === 503)).toHaveLength(6));
    expect((await fixture.ask('chat', withKey(KEY))).status).toBe(200);
  });
});
