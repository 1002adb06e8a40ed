import { dirname, posix } from 'node:path';
import { ENTITIES } from '@tessera/adapter-postgres';
import { VARIABLES } from '@tessera/platform-config';
import { BURNS, OBJECTIVES } from './alerts/objectives';
import { commandsIn, queriesIn, sections } from './alerts/runbooks';
import {
  alerts,
  compose,
  prometheusConfig,
  read,
  recordings,
  ruleGroups,
  RULES_FOLDER,
} from './deployed-files';
import { isExported, LABELS } from './exported-series';

/** Prometheus' own, and those of the metrics library about the process. */
const OF_OTHERS = /^(up|ALERTS|process_\w+|nodejs_\w+)$/;
const RECORDED = new Set(recordings().map(({ record }) => record));

/** Names of series in an expression; texts are values of labels. */
const seriesIn = (expr: string): readonly string[] => [
  ...new Set(
    [
      ...expr
        .replaceAll(/"[^"]*"/g, '""')
        .replaceAll(/\b(by|on|ignoring|without|group_left) \([^)]*\)/g, '')
        .matchAll(/\b(?:[\w]+:[\w:]+|tessera_\w+|DCGM_\w+|up|process_\w+|nodejs_\w+)\b/g),
    ].map(([name]) => name),
  ),
];
const unknownIn = (expr: string): readonly string[] =>
  seriesIn(expr).filter((name) => !RECORDED.has(name) && !OF_OTHERS.test(name) && !isExported(name));

/** Labels by which an expression chooses, joins or sums. */
const labelsIn = (expr: string): readonly string[] => {
  const matched = [...expr.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, name = '']) => name);
  const lists = [...expr.matchAll(/\b(?:by|on|ignoring|without) \(([^)]*)\)/g)];
  return [...matched, ...lists.flatMap(([, list = '']) => list.split(',').map((name) => name.trim()))];
};
const unknownLabelsIn = (expr: string): readonly string[] =>
  labelsIn(expr).filter((name) => name !== '' && !LABELS.has(name));

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');

const NAMES = [...new Set(alerts().map(({ alert }) => alert))];

describe.each(alerts().map((one) => [one.alert, one] as const))('%s', (name, alert) => {
  const { expr, annotations, labels } = alert;

  it('reads series that a service exposes', () => {
    expect(seriesIn(expr)).not.toEqual([]);
    expect(unknownIn(expr)).toEqual([]);
    expect(unknownLabelsIn(expr)).toEqual([]);
    const shown = Object.values(annotations)
      .join(' ')
      .matchAll(/\$labels\.(\w+)/g);
    expect([...shown].map(([, name = '']) => name).filter((name) => !LABELS.has(name))).toEqual([]);
  });

  it('has a severity, what is wrong, what to do, and the section of a runbook', () => {
    expect(['critical', 'warning']).toContain(labels['severity']);
    expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook_url', 'summary']);
    const section = sections().find((one) => one.alert === name);
    expect(annotations['runbook_url']).toBe(`${section?.page}#${anchorOf(name)}`);
  });
});

describe('recording rules', () => {
  it.each(recordings().map(({ record, expr }) => [record, expr] as const))('%s', (record, expr) => {
    expect(record).toMatch(/^[a-z_]+:[a-z_]+:[a-z0-9_]+$/);
    expect(unknownIn(expr)).toEqual([]);
    expect(unknownLabelsIn(expr)).toEqual([]);
  });

  it('have names of their own, as groups have', () => {
    expect(RECORDED.size).toBe(recordings().length);
    expect(new Set(ruleGroups().map(({ name }) => name)).size).toBe(ruleGroups().length);
  });
});

it.each(OBJECTIVES)(
  'the budget of $alert is watched over four pairs of windows',
  ({ alert, metric, budget }) => {
    const ratio = (window: string): string => `namespace:${metric}:ratio_rate${window}`;
    expect(alerts().filter((one) => one.alert === alert)).toEqual(
      BURNS.map(({ long, short, factor, severity, for: lasting }) =>
        expect.objectContaining({
          expr: `${ratio(long)} > ${factor} * ${budget} and ${ratio(short)} > ${factor} * ${budget}`,
          for: lasting,
          labels: { severity, window: long },
        }),
      ),
    );
  },
);

it.each([
  ['a series', unknownIn('rate(tessera_nothing_total[5m]) > 0')],
  ['a recorded series', unknownIn('workload:tessera_nothing:rate5m > 0')],
  ['a matched label', unknownLabelsIn('up{nothing="a"}')],
  ['a label of a sum', unknownLabelsIn('sum by (job, nothing) (up)')],
])('notices %s that does not exist', (_what, unknown) => {
  expect(unknown).toHaveLength(1);
});

describe('runbooks', () => {
  it('have a section for each alert, and no other', () => {
    expect(
      sections()
        .map(({ alert }) => alert)
        .sort(),
    ).toEqual([...NAMES].sort());
  });

  it.each(sections().map((one) => [one.alert, one.text] as const))('%s', (_alert, text) => {
    const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Meaning', 'Impact', 'Diagnosis', 'Mitigation']);
    expect(queriesIn(text).flatMap(unknownIn)).toEqual([]);
    expect(queriesIn(text).flatMap(unknownLabelsIn)).toEqual([]);
    expect(commandsIn(text).filter((line) => !isKnownCommand(line))).toEqual([]);
    const variables = [...text.matchAll(/\bTESSERA_[A-Z0-9_]+\b/g)].map(([name]) => name);
    expect(variables.filter((name) => !Object.hasOwn(VARIABLES, name))).toEqual([]);
    const named = [...text.matchAll(/`(tessera_\w+)`/g)].flatMap(([, name = '']) => unknownIn(name));
    expect(named).toEqual([]);
  });
});

const ROUTES = new Set(
  [...read('docs/reference/routes.md').matchAll(/`GET (\/[^`]*)`/g)].map(([, path]) => path),
);
const PATHS: Readonly<Record<string, readonly string[]>> = {
  ADMIN: ['/readyz', '/livez', '/metrics'],
  PROMETHEUS: ['/-/ready'],
};
const VERBS = new Set(
  [...read('apps/cli/src/dlq/command.ts').matchAll(/\.command\('(\w+)/g)].map(([, verb]) => verb),
);
const TABLES = new Set(
  ENTITIES.map(({ options: { schema, tableName, name } }) => `${schema}.${tableName ?? name}`),
);

/** Whether what a command names exists: paths of the API, tables, verbs. */
function isKnownCommand(line: string): boolean {
  if (line.startsWith("query '")) return true;
  if (line.startsWith('kubectl ')) return true;
  const verb = /^npx tessera dlq (\w+)/.exec(line)?.[1];
  if (verb !== undefined) return VERBS.has(verb);
  const statement = /^psql "\$DATABASE" -c "(.*)"$/.exec(line)?.[1];
  if (statement !== undefined)
    return [...statement.matchAll(/\b(?:from|update) ([\w.]+)/g)].every(
      ([, table = '']) => table === 'pg_stat_activity' || TABLES.has(table),
    );
  const [, base = '', path = ''] = /^curl -s "\$(\w+)(\/[^"]*)"/.exec(line) ?? [];
  if (base === 'API')
    return ROUTES.has(
      path.replace('$ID', '{workloadId}').replace('$POD', '{podId}').replace('$CLUSTER', '{clusterId}'),
    );
  return (PATHS[base.replace(/^\w+_ADMIN$/, 'ADMIN')] ?? []).includes(path);
}

it.each([
  'curl -s "$API/api/v1/nothing"',
  'npx tessera dlq nothing',
  'psql "$DATABASE" -c "select 1 from api.nothing"',
  'curl -s "$API_ADMIN/nothing"',
  'rm -rf /',
])('a runbook cannot name %s', (line) => {
  expect(isKnownCommand(line)).toBe(false);
});

it('the Prometheus of docker-compose.yml gets the rules of the chart', () => {
  const mounts = compose().services['prometheus']?.volumes ?? [];
  const [path = ''] = prometheusConfig().rule_files;
  expect(posix.join(dirname('deploy/prometheus/prometheus.yml'), path)).toBe(`${RULES_FOLDER}/*.yaml`);
  expect(mounts).toContain(`./${RULES_FOLDER}:${posix.join('/etc/prometheus', dirname(path))}:ro`);
});
