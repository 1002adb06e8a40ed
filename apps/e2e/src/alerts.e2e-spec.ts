import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { describeWithService, eventually, testPrometheus } from '@tessera/testing-services';
import { Client, workload } from './client';
import { RULE_FILES, ROOT } from './deploy/deployed-files';
import { Platform } from './platform';

jest.setTimeout(300_000);

const LIMIT_MS = 90_000;
const SHORT_S = 2;

interface Rules {
  readonly groups: readonly { readonly rules: readonly Readonly<Record<string, unknown>>[] }[];
}
interface Alert {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The rules of the repository; what an incident waits for, a quarter of an hour, is shortened to seconds. */
function hurried(path: string): string {
  const { groups } = parse(readFileSync(join(ROOT, path), 'utf8')) as Rules;
  return stringify({
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({
        ...rule,
        ...('for' in rule ? { for: `${SHORT_S}s` } : {}),
        ...('expr' in rule ? { expr: String(rule['expr']).replace(/(pending_seconds > )900\b/, '$13') } : {}),
      })),
    })),
  });
}

describeWithService('prometheus', 'the alerts of a running platform', () => {
  let platform: Platform;
  let client: Client;
  let folder: string;
  let prometheus: Awaited<ReturnType<typeof testPrometheus>>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-e2e-alerts-'));
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    client = new Client(() => platform.connection);
    const files = RULE_FILES.map((path, index) => {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, hurried(path));
      return file;
    });
    const { apiAdmin, gatewayAdmin, schedulerAdmin } = platform.connection;
    const targets = { api: apiAdmin, gateway: gatewayAdmin, scheduler: schedulerAdmin };
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: files,
      scrape_configs: Object.entries(targets).map(([name, url]) => ({
        job_name: `tessera-${name}`,
        static_configs: [{ targets: [new URL(url).host] }],
      })),
    };
    prometheus = await testPrometheus({ config: stringify(config) });
  });
  afterAll(async () => {
    await prometheus?.remove();
    await platform?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const alerts = async (name: string): Promise<readonly Alert[]> => {
    const { data } = (await (await fetch(`${prometheus.url}/api/v1/alerts`)).json()) as {
      readonly data: { readonly alerts: readonly Alert[] };
    };
    return data.alerts.filter(({ labels }) => labels['alertname'] === name);
  };

  it('are silent about it while every service is scraped and nothing waits', async () => {
    await eventually(async () => {
      const answer = await fetch(
        `${prometheus.url}/api/v1/query?query=tessera_workload_desired_replicas or up`,
      );
      expect(JSON.stringify(await answer.json())).toContain('tessera-scheduler');
    }, LIMIT_MS);
    expect(await alerts('TesseraInferencePendingTooLong')).toEqual([]);
  });

  it('TesseraInferencePendingTooLong fires for 64 devices that no node has, with its runbook, and ends with the cause', async () => {
    const { workloadId } = await client.create(workload('big', { gpuDevicesRequest: 64 }));
    await eventually(async () => {
      const [alert, ...more] = await alerts('TesseraInferencePendingTooLong');
      expect([alert?.state, more]).toEqual(['firing', []]);
      expect(alert?.labels).toMatchObject({
        ...{ severity: 'warning', project: 'project-1', workload: 'big' },
        ...{ workload_id: workloadId, reason: 'GpuDevices' },
      });
      expect(alert?.annotations['summary']).toMatch(
        /^project-1\/big has waited for a place for .*\(GpuDevices\)$/,
      );
      expect(alert?.annotations['runbook_url']).toBe(
        'docs/runbooks/workloads.md#tesserainferencependingtoolong',
      );
    }, LIMIT_MS);
    await client.call('DELETE', `/api/v1/workloads/inferences/${workloadId}`);
    await eventually(
      async () => expect(await alerts('TesseraInferencePendingTooLong')).toEqual([]),
      LIMIT_MS,
    );
  });
});
