import { Health } from '@tessera/platform-lifecycle';
import { createLogger } from '@tessera/platform-logging';
import { Registry } from '@tessera/platform-telemetry';
import { HealthWatch } from './health-watch';

describe('the watch of the checks', () => {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', 'info', {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  const health = new Health();
  const registry = new Registry();
  const watch = new HealthWatch({ health, registry, logger });
  let outbox: string | undefined;
  health.addCheck('outbox', () => outbox);
  health.addLivenessCheck('relay', () => undefined);

  const look = async () => {
    lines.length = 0;
    await watch.look();
    const values = (await registry.metrics()).split('\n').filter((line) => line.startsWith('tessera_'));
    return { values, reported: lines.map(({ msg, check, cause }) => ({ msg, check, cause })) };
  };
  const values = (failed: number) => [
    `tessera_check_failed{kind="readiness",check="outbox"} ${failed}`,
    'tessera_check_failed{kind="liveness",check="relay"} 0',
  ];

  it('shows every check in the gauge, and each change in the log with its cause', async () => {
    expect(await look()).toEqual({ values: values(0), reported: [] });
    outbox = 'the oldest row has waited for 31 s';
    expect(await look()).toEqual({
      values: values(1),
      reported: [{ msg: 'check fails', check: 'outbox', cause: outbox }],
    });
    outbox = 'the oldest row has waited for 36 s';
    expect(await look()).toEqual({ values: values(1), reported: [] });
    outbox = undefined;
    expect(await look()).toEqual({
      values: values(0),
      reported: [{ msg: 'check passes again', check: 'outbox', cause: undefined }],
    });
  });

  it('reports nothing of a process that stops', async () => {
    health.beginStop();
    outbox = 'closed';
    expect((await look()).reported).toEqual([]);
  });
});
