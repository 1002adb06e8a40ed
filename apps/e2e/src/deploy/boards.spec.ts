import { parseAllDocuments } from 'yaml';
import { BOARDS, BOARDS_FOLDER } from '@tessera/tool-boards';
import { alerts, boards, compose, read } from './deployed-files';
import { isExported } from './exported-series';

/** Of every service (prom-client's standard metrics), and of Prometheus. */
const OF_PROCESSES = [
  'up',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_p99_seconds',
];
const KEYWORDS = [
  'histogram_quantile',
  'label_replace',
  'group_left',
  'sum_over_time',
  'clamp_min',
  '__rate_interval',
  '__range',
];

/** Names of series in an expression: not labels in `by` or between braces, nor functions. */
const seriesIn = (expr: string): readonly string[] =>
  (
    expr
      .replaceAll(/"[^"]*"/g, '')
      .replaceAll(/\{[^}]*\}/g, '')
      .replaceAll(/\b(?:by|on|group_left|ignoring) \([^)]*\)/g, '')
      .match(/\b[a-zA-Z]\w*_\w+\b|\bup\b/g) ?? []
  ).filter((name) => !KEYWORDS.includes(name) && !name.startsWith('workload_id'));

const panels = boards().flatMap(({ uid, panels: all }) =>
  all.filter(({ type }) => type !== 'row').map((panel) => [`${uid}: ${panel.title}`, panel] as const),
);

describe('the files of the boards', () => {
  it('are those that are written down', () => {
    expect(boards().map(({ uid }) => uid)).toEqual([...BOARDS.map(({ uid }) => uid)].sort());
  });

  it('reach Grafana through docker-compose.yml, with one of them as its home', () => {
    const { volumes, environment } = compose().services['grafana'] ?? {};
    expect(volumes).toContain(`./${BOARDS_FOLDER}:/etc/tessera/boards:ro`);
    const home = environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'];
    expect(boards().map(({ uid }) => `/etc/tessera/boards/${uid}.json`)).toContain(home);
  });

  it('reach Grafana through the chart, each in a ConfigMap with the label of its sidecar', () => {
    const documents = parseAllDocuments(read('deploy/helm/goldens/production.yaml')).map(
      (one) =>
        one.toJS() as { kind: string; metadata: { labels: object }; data: Record<string, string> } | null,
    );
    const maps = documents.filter(
      (one) => one?.kind === 'ConfigMap' && 'grafana_dashboard' in one.metadata.labels,
    );
    const found = maps.flatMap((one) => Object.values(one?.data ?? {}).map((text) => JSON.parse(text)));
    // The production example says where its people read the runbooks.
    const led = JSON.stringify(boards()).replaceAll(
      '/public/docs/runbooks/',
      'https://wiki.example/tessera/',
    );
    expect(found).toEqual(JSON.parse(led));
  });

  it('lead to runbooks that docker-compose.yml gives to Grafana', () => {
    expect(compose().services['grafana']?.volumes).toContain(
      './docs/runbooks:/usr/share/grafana/public/docs/runbooks:ro',
    );
    expect(JSON.stringify(boards())).toContain('"/public/docs/runbooks/');
  });
});

describe.each(boards().map((board) => [board.uid, board] as const))('%s', (uid, board) => {
  it('is in UTC, refreshed every 10 s, and lets people choose the data source', () => {
    expect(board).toMatchObject({ timezone: 'utc', refresh: '10s' });
    expect(board.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  });

  it('begins with few large numbers, and has no panels that overlap or leave the board', () => {
    const [first, ...rest] = board.panels;
    const top = [first, ...rest].filter((panel) => panel?.gridPos.y === 0);
    expect(top.map((panel) => panel?.type)).toEqual(Array.from({ length: 6 }, () => 'stat'));
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('leads to the others', () => {
    expect(board.links.map(({ url }) => url).sort()).toEqual(
      BOARDS.filter((one) => one.uid !== uid)
        .map((one) => `/d/${one.uid}`)
        .sort(),
    );
  });

  it('lists choices by series that exist', () => {
    const read = board.templating.list.flatMap(({ definition = '' }) =>
      seriesIn(definition.replace('label_values', '')),
    );
    expect(read.filter((name) => /^(tessera|DCGM)_/.test(name) && !isExported(name))).toEqual([]);
  });
});

describe.each(panels)('%s', (_name, panel) => {
  const targets = panel.targets ?? [];

  it('reads series that a service exposes', () => {
    for (const { expr } of targets) {
      const names = seriesIn(expr);
      expect(names).not.toEqual([]);
      expect(names.filter((name) => !OF_PROCESSES.includes(name) && !isExported(name))).toEqual([]);
    }
  });

  it('takes rates over the interval of Grafana, from the data source that was chosen', () => {
    expect(panel.datasource?.uid).toBe('${datasource}');
    for (const { expr } of targets) expect(expr).not.toMatch(/rate\([^[]*\[(?!\$__rate_interval)/);
  });

  it('explains what it means, has a unit, and, for a number, limits', () => {
    expect(panel.description?.length).toBeGreaterThan(15);
    expect(panel.description).toMatch(/\.$/);
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^\w+$/);
    if (panel.type === 'stat') expect(panel.fieldConfig?.defaults.thresholds?.steps).not.toEqual([]);
  });

  it('names only alerts that exist, and leads to their runbooks', () => {
    const [, named] = /Alert: (\w+)\./.exec(panel.description ?? '') ?? [];
    const runbooks = (panel.links ?? []).filter(({ title }) => title.startsWith('Runbook'));
    const wanted = alerts().filter(({ alert }) => alert === named);
    if (named !== undefined) expect(wanted).not.toEqual([]);
    expect(runbooks.map(({ url }) => url)).toEqual([
      ...new Set(wanted.map(({ annotations }) => `/public/${String(annotations['runbook_url'])}`)),
    ]);
  });
});
