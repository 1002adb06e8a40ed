import { describeWithService, testPrometheus, type TestPrometheus } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { AskedPrometheus, BOARDS, boardFile, filled, type BoardFile } from '@tessera/tool-boards';
import { SERIES } from '@tessera/contracts-metrics';

const CHAT = 'project="team-a",workload="chat",workload_id="w-1"';
/** Each second: 20 places given; 30 tokens in, 10 out; half of ten requests wait at most 0.2 s for a token, all at most 1 s. */
const PER_SECOND: Readonly<Record<string, number>> = {
  [`${SERIES.gatewayTokens}{${CHAT},kind="input"}`]: 30,
  [`${SERIES.gatewayTokens}{${CHAT},kind="output"}`]: 10,
  [`${SERIES.gatewayTokens}{${CHAT},kind="cached"}`]: 20,
  [`${SERIES.gatewayLimited}{${CHAT},limit="requests"}`]: 2,
  [`${SERIES.gatewayChoices}{${CHAT},choice="prefix"}`]: 6,
  [`${SERIES.gatewayChoices}{${CHAT},choice="session"}`]: 3,
  [`${SERIES.gatewayChoices}{${CHAT},choice="prefix_moved"}`]: 1,
  [`${SERIES.gatewayChoices}{${CHAT},choice="none"}`]: 10,
  ...Object.fromEntries(
    [SERIES.gatewayFirstTokenSeconds, SERIES.gatewayTokenSeconds].flatMap((name) => [
      [`${name}_bucket{${CHAT},answer="stream",le="0.2"}`, 5],
      [`${name}_bucket{${CHAT},answer="stream",le="1"}`, 10],
      [`${name}_bucket{${CHAT},answer="stream",le="+Inf"}`, 10],
    ]),
  ),
};

/** Samples of the minute before, as OpenMetrics. */
function recorded(now: number): string {
  const lines = Object.entries(PER_SECOND).flatMap(([series, each]) =>
    Array.from({ length: 61 }, (_, second) => `${series} ${each * second} ${now - 60 + second}`),
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

/** By board and panel, the values by legend and labels, computed by hand. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'tessera-inference: Tokens': { '{{kind}} cached': 20, '{{kind}} input': 30, '{{kind}} output': 10 },
  // Half of the observations are at most 0.2: the median. p95 lies nine tenths of the way from there to 1.
  'tessera-inference: Time to first token': { p50: 0.2, p95: 0.92 },
  'tessera-inference: Time between tokens': { p50: 0.2, p95: 0.92 },
  'tessera-inference: Replicas chosen': {
    '{{choice}} none': 10,
    '{{choice}} prefix': 6,
    '{{choice}} prefix_moved': 1,
    '{{choice}} session': 3,
  },
  // Nine of the ten that had one to prefer.
  'tessera-inference: Requests at the replica that knows them': {
    '{{project}}/{{workload}} chat team-a': 0.9,
  },
  'tessera-tenancy: Tokens by project': { '{{project}} team-a': 40 },
  'tessera-tenancy: Requests over a limit': { '{{project}}: {{limit}} requests team-a': 2 },
};

describeWithService('prometheus', 'panels of the metering of the gateway', () => {
  const now = Math.floor(Date.now() / 1000) - 120;
  let server: TestPrometheus;
  beforeAll(async () => {
    server = await testPrometheus({ past: recorded(now) });
  }, SERVICE_START_MS);
  afterAll(() => server?.remove());

  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const [uid, title] = name.split(': ');
    const files = BOARDS.map((board) => JSON.parse(boardFile(board)) as BoardFile);
    const panel = files
      .find((one) => one.uid === uid)
      ?.panels.find((one) => one.type !== 'row' && one.title === title);
    const prometheus = new AskedPrometheus(server.url);
    const values: [string, number][] = [];
    for (const { expr, legendFormat } of panel?.targets ?? []) {
      const query = filled(expr, { __rate_interval: '1m', project: '.*' });
      for (const { labels, points } of await prometheus.over(query, now, now, 1))
        values.push([
          [legendFormat, ...Object.values(labels).sort()].join(' '),
          points[0]?.[1] ?? Number.NaN,
        ]);
    }
    expect(values.map(([legend]) => legend).sort()).toEqual(Object.keys(expected).sort());
    for (const [legend, value] of values) expect(value).toBeCloseTo(expected[legend] ?? Number.NaN, 5);
  });
});
