import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { describeWithService } from '@tessera/testing-services';
import { alerts, ALERTS_FILE, ROOT } from './deployed-files';

const FILE = join(ROOT, ALERTS_FILE);
const promtool = (...args: readonly string[]): string =>
  execFileSync('promtool', [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Series by minute, in the notation of promtool, and the alerts that fire after 40 minutes. */
interface Scenario {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly fires: readonly string[];
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a service that does not respond any more',
    series: {
      'up{job="api", instance="a"}': '1x35 0x10',
      'tessera_build_info{job="api", instance="a", version="1"}': '1x35 _x10',
      'up{job="other", instance="b"}': '0x45',
    },
    fires: ['TesseraServiceDown'],
  },
  {
    name: 'a check that fails, and one that passes',
    series: {
      'tessera_check_failed{job="api", kind="readiness", check="outbox"}': '0x36 1x10',
      'tessera_check_failed{job="api", kind="liveness", check="outbox relay"}': '0x45',
    },
    fires: ['TesseraCheckFailed'],
  },
  {
    name: 'a check that failed for a minute',
    series: { 'tessera_check_failed{job="api", kind="readiness", check="outbox"}': '0x38 1x10' },
    fires: [],
  },
  {
    name: 'a leader and a standby',
    series: {
      'tessera_scheduler_leading{namespace="a", instance="1"}': '1x20 0x25',
      'tessera_scheduler_leading{namespace="a", instance="2"}': '0x20 1x25',
    },
    fires: [],
  },
  {
    name: 'no leader in one of two namespaces',
    series: {
      'tessera_scheduler_leading{namespace="a", instance="1"}': '1x45',
      'tessera_scheduler_leading{namespace="b", instance="2"}': '1x30 0x15',
    },
    fires: ['TesseraNoLeader'],
  },
  {
    name: 'schedulers that are gone',
    series: { 'tessera_scheduler_leading{namespace="a", instance="1"}': '1x20 stale' },
    fires: ['TesseraNoLeader'],
  },
  {
    name: 'reconciles that fail',
    series: {
      'tessera_scheduler_reconciled_total{instance="1"}': '0+10x45',
      'tessera_scheduler_reconcile_errors_total{instance="1"}': '0+9x45',
    },
    fires: ['TesseraReconcilesFail'],
  },
  {
    name: 'few reconciles that fail, and a standby',
    series: {
      'tessera_scheduler_reconciled_total{instance="1"}': '0+10x45',
      'tessera_scheduler_reconcile_errors_total{instance="1"}': '0+1x45',
      'tessera_scheduler_reconciled_total{instance="2"}': '0x45',
      'tessera_scheduler_reconcile_errors_total{instance="2"}': '0x45',
    },
    fires: [],
  },
  {
    name: 'an outbox that is behind',
    series: { 'tessera_outbox_oldest_seconds{job="api"}': '0x25 0+60x20' },
    fires: ['TesseraOutboxBehind'],
  },
  {
    name: 'a parked row',
    series: {
      'tessera_outbox_parked{job="api"}': '0x35 1x10',
      'tessera_outbox_parked{job="scheduler"}': '0x45',
    },
    fires: ['TesseraOutboxParked'],
  },
  {
    name: 'the first dead letter of a topic, whose series is new',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '_x35 1x10' },
    fires: ['TesseraDeadLetters'],
  },
  {
    name: 'a further dead letter',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '3x35 4x10' },
    fires: ['TesseraDeadLetters'],
  },
  {
    name: 'dead letters of before',
    series: { 'tessera_dead_letters_total{job="api", topic="t", error="E"}': '3x45' },
    fires: [],
  },
  {
    name: 'a watch that hears nothing',
    series: { 'tessera_watch_silent_seconds{job="gateway"}': '30x30 30+60x15' },
    fires: ['TesseraWatchSilent'],
  },
  {
    name: 'a watch between two bookmarks',
    series: { 'tessera_watch_silent_seconds{job="gateway"}': '60x45' },
    fires: [],
  },
  {
    name: 'watches that end again and again, and some that end in time',
    series: {
      'tessera_watch_ends_total{job="gateway", cause="failed"}': '0x15 0+1x30',
      'tessera_watch_ends_total{job="gateway", cause="expired"}': '0+1x45',
    },
    fires: ['TesseraWatchesEnd'],
  },
  {
    name: 'the first device that was healed',
    series: { 'tessera_overfull_devices_healed_total{cause="shares"}': '_x35 1x10' },
    fires: ['TesseraOverfullDevicesHealed'],
  },
  {
    name: 'a target that cannot be read, and one that cannot at times',
    series: {
      'tessera_metrics_scrapes_total{target="a", ok="false"}': '0x20 0+4x25',
      'tessera_metrics_scrapes_total{target="a", ok="true"}': '0+4x20 80x25',
      'tessera_metrics_scrapes_total{target="b", ok="false"}': '0+1x45',
      'tessera_metrics_scrapes_total{target="b", ok="true"}': '0+3x45',
    },
    fires: ['TesseraScrapesFail'],
  },
];

describeWithService('prometheus', 'the alerts as Prometheus evaluates them', () => {
  it('are valid', () => {
    expect(promtool('check', 'rules', FILE)).toContain(`SUCCESS: ${alerts().length} rules found`);
  });

  it.each(SCENARIOS.map((one) => [one.name, one] as const))('%s', (_name, { series, fires }) => {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-test-alerts-'));
    try {
      const file = join(folder, 'test.yaml');
      const samples = fires.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 }));
      const expr = 'count by (alertname) (ALERTS{alertstate="firing"})';
      writeFileSync(
        file,
        stringify({
          rule_files: [FILE],
          evaluation_interval: '30s',
          tests: [
            {
              interval: '1m',
              input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
              promql_expr_test: [{ expr, eval_time: '40m', exp_samples: samples }],
            },
          ],
        }),
      );
      expect(promtool('test', 'rules', file)).toContain('SUCCESS');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('each fire in one of these scenarios', () => {
    const names = alerts().map(({ alert }) => alert);
    expect([...new Set(SCENARIOS.flatMap(({ fires }) => fires))].sort()).toEqual(names.sort());
  });
});
