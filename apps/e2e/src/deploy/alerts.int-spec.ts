import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { describeWithService, eventually, testPrometheus } from '@tessera/testing-services';
import { CONTROL_PLANE } from './alerts/control-plane';
import { OBJECTIVE_SCENARIOS } from './alerts/objectives';
import type { Scenario } from './alerts/scenario';
import { SERVING } from './alerts/serving';
import { alerts, read, recordings, ROOT, RULE_FILES, RULES_FOLDER } from './deployed-files';

const FILES = RULE_FILES.map((path) => join(ROOT, path));
const SCENARIOS = [...CONTROL_PLANE, ...SERVING, ...OBJECTIVE_SCENARIOS];
/** Objectives evaluate days, which costs as much as all other rules: each kind of scenario is given its own rules. */
const isObjective = (path: string): boolean => path.endsWith('/objectives.yaml');
const PROMTOOL_MS = 500_000;

const NAMES = [...new Set(alerts().map(({ alert }) => alert))].sort();
const AT_MINUTES = 40;

const promtool = (...args: readonly string[]): string =>
  execFileSync('promtool', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** `GET /api/v1/rules` of Prometheus. */
interface LoadedRules {
  readonly data: { readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[] };
}

/** A test of promtool: which alerts fire at the end of the scenario. */
const testOf = ({ series, fires, atMinutes = AT_MINUTES }: Scenario) => ({
  interval: '1m',
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
  promql_expr_test: [
    {
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${atMinutes}m`,
      exp_samples: fires.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
    },
  ],
});

describeWithService('prometheus', 'the rules as Prometheus evaluates them', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-test-alerts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are valid', () => {
    const found = [...promtool('check', 'rules', ...FILES).matchAll(/SUCCESS: (\d+) rules found/g)];
    expect(found.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(
      alerts().length + recordings().length,
    );
  });

  it('are valid as the chart gives them to the operator', () => {
    const rule = parseAllDocuments(read('deploy/helm/goldens/production.yaml'))
      .map((document) => document.toJS() as { readonly kind: string; readonly spec: unknown } | null)
      .find((document) => document?.kind === 'PrometheusRule');
    const file = join(folder, 'operator.yaml');
    writeFileSync(file, stringify(rule?.spec));
    expect(promtool('check', 'rules', file)).toContain(
      `SUCCESS: ${alerts().length + recordings().length} rules found`,
    );
  });

  it(
    'are loaded and evaluated by a server',
    async () => {
      const config = {
        global: { evaluation_interval: '1s' },
        rule_files: [join(ROOT, RULES_FOLDER, '*.yaml')],
      };
      const prometheus = await testPrometheus({ config: stringify(config) });
      try {
        await eventually(async () => {
          const { data } = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as LoadedRules;
          const health = data.groups.flatMap(({ rules }) => rules.map((rule) => rule.health));
          expect(health).toEqual([...alerts(), ...recordings()].map(() => 'ok'));
        }, SERVICE_START_MS);
      } finally {
        await prometheus.remove();
      }
    },
    2 * SERVICE_START_MS,
  );

  describe('in one run of promtool', () => {
    let report: string;
    const fileOf = (index: number): string => join(folder, `scenario-${index}.yaml`);
    beforeAll(() => {
      for (const [index, scenario] of SCENARIOS.entries()) {
        const asked = OBJECTIVE_SCENARIOS.includes(scenario);
        const rules = FILES.filter((path) => isObjective(path) === asked);
        const file = { rule_files: rules, evaluation_interval: '1m', tests: [testOf(scenario)] };
        writeFileSync(fileOf(index), stringify(file));
      }
      const files = SCENARIOS.map((_one, index) => fileOf(index));
      const { stdout, stderr } = spawnSync('promtool', ['test', 'rules', ...files], { encoding: 'utf8' });
      report = `${stdout}\n${stderr}`;
    }, PROMTOOL_MS);

    it.each(SCENARIOS.map((one, index) => [one.name, index] as const))('%s', (_name, index) => {
      const [, verdict = ''] = report.split(`Unit Testing:  ${fileOf(index)}\n`);
      expect(verdict.split('\nUnit Testing:')[0]?.trim()).toBe('SUCCESS');
    });
  });

  it('each fire in one of these scenarios', () => {
    expect([...new Set(SCENARIOS.flatMap(({ fires }) => fires))].sort()).toEqual(NAMES);
  });

  it('each stay silent in another one that is about them', () => {
    expect([...new Set(SCENARIOS.flatMap(({ silent = [] }) => silent))].sort()).toEqual(NAMES);
    expect(SCENARIOS.filter(({ fires, silent = [] }) => silent.some((name) => fires.includes(name)))).toEqual(
      [],
    );
  });
});
