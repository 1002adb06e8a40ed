import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { alerts, ALERTS_FILE, compose, prometheusConfig, read, ROOT } from './deployed-files';
import { isExported } from './exported-series';

/** Prometheus' own. */
const OF_PROMETHEUS = ['up'];
/** Names of series in an expression; those in texts are values of labels. */
const seriesIn = (expr: string): readonly string[] =>
  [...expr.replaceAll(/"[^"]*"/g, '').matchAll(/\b(?:tessera_\w+|up)\b/g)].map(([name]) => name);

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');

describe.each(alerts().map((one) => [one.alert, one] as const))('%s', (_name, { expr, annotations }) => {
  it('reads series that a service exposes', () => {
    const names = seriesIn(expr);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !OF_PROMETHEUS.includes(name) && !isExported(name))).toEqual([]);
  });

  it('says what is wrong, what to do, and which part of which guide tells more', () => {
    expect(Object.keys(annotations).sort()).toEqual(['description', 'guide', 'summary']);
    const [path = '', anchor] = (annotations['guide'] ?? '').split('#');
    expect({ path, there: existsSync(join(ROOT, path)) }).toEqual({ path, there: true });
    const anchors = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
    if (anchor !== undefined) expect(anchors).toContain(anchor);
  });
});

it('each alert has a row in the guide', () => {
  const rows = read('docs/guides/event-backbone.md').match(/^\| `Tessera\w+`/gm) ?? [];
  expect(rows.map((row) => row.slice(3, -1)).sort()).toEqual(
    alerts()
      .map(({ alert }) => alert)
      .sort(),
  );
});

it('the Prometheus of docker-compose.yml and the operator of the chart get the same rules', () => {
  const mounts = compose().services['prometheus']?.volumes ?? [];
  for (const path of prometheusConfig().rule_files) {
    expect(posix.join(dirname('deploy/prometheus/prometheus.yml'), path)).toBe(ALERTS_FILE);
    expect(mounts).toContain(`./${ALERTS_FILE}:${posix.join('/etc/prometheus', path)}:ro`);
  }
  const golden = parseAllDocuments(read('deploy/helm/goldens/production.yaml')).map(
    (document) => document.toJS() as { readonly kind: string; readonly spec: unknown } | null,
  );
  const rule = golden.find((document) => document?.kind === 'PrometheusRule');
  expect(rule?.spec).toMatchObject({ groups: [{ rules: alerts() }] });
});
