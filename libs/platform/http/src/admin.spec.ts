import { Health } from '@tessera/platform-lifecycle';
import { createRegistry } from '@tessera/platform-telemetry';
import { answerAdmin } from './admin';

describe('the admin endpoints', () => {
  const health = new Health();
  const admin = { health, registry: createRegistry('test', '1') };
  let pool: string | undefined;
  health.addLivenessCheck('database pool', () => pool);
  let database: Promise<string | undefined> = Promise.resolve(undefined);
  health.addCheck('database', () => database);

  it('report that a process is alive and ready', async () => {
    expect(await answerAdmin(admin, '/livez')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await answerAdmin(admin, '/readyz')).toMatchObject({ status: 200, body: 'ok\n' });
    expect(await answerAdmin(admin, '/other')).toBeUndefined();
  });

  it('distinguish a stuck process from one that is not ready, each with its cause', async () => {
    pool = 'all 10 connections have been in use for 61 s';
    expect(await answerAdmin(admin, '/livez')).toMatchObject({
      status: 503,
      body: 'database pool: all 10 connections have been in use for 61 s\n',
    });
    pool = undefined;
    database = Promise.resolve('connection refused');
    expect(await answerAdmin(admin, '/livez')).toMatchObject({ status: 200 });
    expect(await answerAdmin(admin, '/readyz')).toMatchObject({
      status: 503,
      body: 'database: connection refused\n',
    });
  });

  it('answer although a check hangs', async () => {
    jest.useFakeTimers();
    database = new Promise(() => undefined);
    const answer = answerAdmin(admin, '/readyz');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await answer).toMatchObject({ status: 503, body: expect.stringMatching('no answer within') });
    jest.useRealTimers();
  });
});
