import { silentLogger } from '@tessera/platform-logging';
import type { UsageReport } from '@tessera/contracts-internal/gateway';
import { eventually } from '@tessera/testing-services/eventually';
import { UsageMinutes, type ServedRequest } from './usage-minutes';
import { UsageReporter } from './usage-reporter';

const AT = Date.parse('2026-11-30T10:59:30.000Z');
const TOKENS = { inputTokens: 10, cachedTokens: 4, outputTokens: 3, estimated: false };
const served = (more: Partial<ServedRequest> = {}): ServedRequest => ({
  workloadId: 'w1',
  tokens: TOKENS,
  ...more,
});

describe('usage by minutes', () => {
  it('is summed by workload, key and model', () => {
    const minutes = new UsageMinutes();
    for (const one of [
      served({ keyId: 'k1', model: 'chat' }),
      served({ keyId: 'k1', model: 'chat' }),
      served({ keyId: 'k2', model: 'chat' }),
      served({ tokens: undefined }),
    ])
      minutes.add(one, AT);
    minutes.add(served({ keyId: 'k1', model: 'chat' }), AT + 30_000);
    const minute = '2026-11-30T10:59:00.000Z';
    const once = { requests: 1, inputTokens: 10, cachedTokens: 4, outputTokens: 3 };
    expect(minutes.take(10)).toEqual([
      {
        workloadId: 'w1',
        minute,
        keyId: 'k1',
        model: 'chat',
        requests: 2,
        inputTokens: 20,
        cachedTokens: 8,
        outputTokens: 6,
      },
      { workloadId: 'w1', minute, keyId: 'k2', model: 'chat', ...once },
      { workloadId: 'w1', minute, requests: 1, inputTokens: 0, cachedTokens: 0, outputTokens: 0 },
      { workloadId: 'w1', minute: '2026-11-30T11:00:00.000Z', keyId: 'k1', model: 'chat', ...once },
    ]);
    expect(minutes.isEmpty).toBe(true);
  });

  it.each([['a\u0000b'], ['\ud800'], ['x'.repeat(256)], ['']])('has no model of the name %j', (model) => {
    const minutes = new UsageMinutes();
    minutes.add(served({ model }), AT);
    expect(minutes.take(1)).toEqual([expect.not.objectContaining({ model: expect.anything() })]);
  });

  it('keeps some models of a workload apart, whatever names clients invent', () => {
    const minutes = new UsageMinutes({ mostModels: 2 });
    for (const model of ['a', 'b', 'c', 'd', 'a']) minutes.add(served({ model }), AT);
    expect(minutes.take(10).map(({ model, requests }) => [model, requests])).toEqual([
      ['a', 2],
      ['b', 1],
      [undefined, 2],
    ]);
  });

  it('is merged where it is not taken for long, and at last the oldest is dropped', () => {
    const minutes = new UsageMinutes({ mostEntries: 4 });
    for (let minute = 0; minute < 5; minute += 1)
      minutes.add(served({ model: `m${minute % 2}` }), AT - minute * 60_000);
    expect(minutes.take(10)).toEqual([
      expect.objectContaining({
        minute: '2026-11-30T10:00:00.000Z',
        model: 'm0',
        requests: 3,
        inputTokens: 30,
      }),
      expect.objectContaining({ minute: '2026-11-30T10:00:00.000Z', model: 'm1', requests: 2 }),
    ]);
    for (let index = 0; index < 5; index += 1)
      minutes.add(served({ workloadId: `w${index}`, model: 'm' }), AT);
    expect(minutes.take(10).map(({ workloadId, model }) => [workloadId, model])).toEqual([
      ['w3', undefined],
      ['w4', undefined],
    ]);
    expect([minutes.takeLost(), minutes.takeLost()]).toEqual([3, 0]);
  });
});

describe('reports of usage', () => {
  function fixture({ fails = () => false }: { fails?: (attempt: number) => boolean } = {}) {
    const sent: UsageReport[] = [];
    const minutes = new UsageMinutes();
    const sink = {
      reportUsage: (report: UsageReport) => {
        sent.push(report);
        return fails(sent.length) ? Promise.reject(new Error('not now')) : Promise.resolve();
      },
    };
    const gatewayId = 'g1';
    const reporter = new UsageReporter({
      gatewayId,
      sink,
      minutes,
      logger: silentLogger,
      everyMs: 5,
      now: () => AT,
    });
    reporter.start();
    return { reporter, sent };
  }

  it('number what they contain, one after the other', async () => {
    const { reporter, sent } = fixture();
    for (const keyId of ['a', 'b']) reporter.add(served({ keyId }));
    await eventually(() => expect(sent).toHaveLength(1));
    reporter.add(served({ keyId: 'a' }));
    await reporter.stop();
    expect(sent.map(({ entries }) => entries.map(({ sequence, keyId }) => [sequence, keyId]))).toEqual([
      [
        [0, 'a'],
        [1, 'b'],
      ],
      [[2, 'a']],
    ]);
  });

  it('are repeated unchanged until they are stored; later usage follows', async () => {
    const { reporter, sent } = fixture({ fails: (attempt) => attempt <= 2 });
    reporter.add(served());
    await eventually(() => expect(sent.length).toBeGreaterThan(0));
    reporter.add(served());
    await eventually(() => expect(sent.length).toBeGreaterThan(3));
    await reporter.stop();
    const [first, second, third, fourth] = sent;
    expect([second, third]).toEqual([first, first]);
    expect(fourth?.entries).toEqual([expect.objectContaining({ sequence: 1, requests: 1 })]);
    expect(sent).toHaveLength(4);
  });

  it('hold at most a thousand entries each', async () => {
    const { reporter, sent } = fixture();
    for (let index = 0; index < 2_500; index += 1) reporter.add(served({ keyId: `k${index}` }));
    await reporter.stop();
    expect(sent.map(({ entries }) => entries.length)).toEqual([1_000, 1_000, 500]);
  });

  it('are sent when the gateway stops, which does not wait long where no scheduler stores them', async () => {
    const { reporter, sent } = fixture({ fails: () => true });
    reporter.add(served());
    await reporter.stop();
    expect(sent.length).toBeGreaterThan(0);
  });
});
