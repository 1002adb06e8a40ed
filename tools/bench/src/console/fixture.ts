import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { holdOutbox, migrate } from '@tessera/adapter-postgres';
import { freePorts } from '@tessera/dev-services';
import { buildSite, bundle } from '@tessera/tool-build';
import { localGuardrails, localPostgres, startService } from '@tessera/tool-stack';
import { gpuPortion } from '@tessera/testing-builders';
import { fakeScheduler, type FakeScheduler } from './fake-scheduler';
import { seedRows, type SeededWorkload } from './seed-rows';

const APPLICATION = { id: 'bench', secret: randomBytes(16).toString('hex') };
const PROJECTS = 24;
/** The sample cluster, which the API registers itself. */
const MODEL = {
  name: 'model',
  spec: {
    image: 'vllm/vllm-openai:v0.8.5',
    servingPort: { container: 8000 },
    compute: gpuPortion(0.5),
  },
};

/** The API that serves the console, on a Postgres with so many workloads, and a scheduler with so many nodes. */
export interface Fixture {
  readonly api: string;
  readonly databaseUrl: string;
  readonly application: typeof APPLICATION;
  readonly token: string;
  readonly clusterId: string;
  readonly workloads: readonly SeededWorkload[];
  readonly scheduler: FakeScheduler;
  stop(): Promise<void>;
}

/** Brings everything up in a folder of its own; rejects with what was started ended again. */
export async function setFixture(
  sizes: { readonly workloads: number; readonly nodes: number },
  log: (line: string) => void,
): Promise<Fixture> {
  const home = mkdtempSync(join(tmpdir(), 'tessera-bench-console-'));
  chmodSync(home, 0o711);
  const stops: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await comeUp(home, sizes, log, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function comeUp(
  home: string,
  sizes: { readonly workloads: number; readonly nodes: number },
  log: (line: string) => void,
  stops: (() => Promise<void>)[],
): Promise<Omit<Fixture, 'stop'>> {
  const [databasePort = 0, apiPort = 0, adminPort = 0] = await freePorts(3);
  log('building the API and the console, starting Postgres');
  await bundle('apps/api');
  await buildSite('apps/console');
  const password = randomBytes(12).toString('hex');
  const postgres = await localPostgres({ home, port: databasePort, password });
  stops.push(() => postgres.server.stop());
  await migrate(postgres.url);
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  stops.push(() => database.end());
  // Commands of the seeded workloads have nobody to go to.
  await holdOutbox(database, 'api');
  let workloads: readonly SeededWorkload[] = [];
  const scheduler = await fakeScheduler(sizes.nodes, () => workloads);
  stops.push(() => scheduler.stop());
  const api = `http://127.0.0.1:${apiPort}`;
  log('starting the API');
  const service = await startService({
    name: 'api',
    home,
    port: apiPort,
    readyPort: adminPort,
    env: {
      TESSERA_DATABASE_URL: postgres.url,
      TESSERA_API_PORT: String(apiPort),
      TESSERA_API_ADMIN_PORT: String(adminPort),
      TESSERA_API_PUBLIC_URL: api,
      TESSERA_API_SEED: 'local',
      TESSERA_SCHEDULER_URL: scheduler.url,
      TESSERA_GUARDRAILS_FILE: localGuardrails(home),
      TESSERA_APPLICATION_ID: APPLICATION.id,
      TESSERA_APPLICATION_SECRET: APPLICATION.secret,
    },
  });
  stops.push(() => service.stop());
  const client = await Caller.signIn(api);
  const projects = await client.projects(PROJECTS);
  const clusterId = projects[0]?.clusterId ?? '';
  const { workloadId } = await client.post<{ workloadId: string }>('/api/v1/workloads/inferences', {
    ...MODEL,
    projectId: projects[0]?.id,
    clusterId,
  });
  log(`writing ${sizes.workloads} workloads`);
  workloads = await seedRows(
    database,
    workloadId,
    projects.map(({ id }) => id),
    sizes.workloads,
  );
  return {
    ...{ api, databaseUrl: postgres.url, application: APPLICATION, token: client.token },
    ...{ clusterId, workloads, scheduler },
  };
}

interface Project {
  readonly id: string;
  readonly clusterId: string;
}

class Caller {
  private constructor(
    private readonly api: string,
    readonly token: string,
  ) {}

  static async signIn(api: string): Promise<Caller> {
    const body = { grantType: 'app_token', AppId: APPLICATION.id, AppSecret: APPLICATION.secret };
    const { accessToken } = await new Caller(api, '').post<{ accessToken: string }>('/api/v1/token', body);
    return new Caller(api, accessToken);
  }

  /** So many projects beside the first one, which is there. */
  async projects(count: number): Promise<readonly Project[]> {
    const { projects } = await this.call<{ projects: (Project & { parentId: string })[] }>(
      'GET',
      '/api/v1/org-unit/projects',
    );
    const [first] = projects;
    if (first === undefined) throw new Error('the API has no project');
    const made: Project[] = [first];
    for (let number = made.length; number < count; number += 1)
      made.push(
        await this.post<Project>('/api/v1/org-unit/projects', {
          name: `team-${number}`,
          parentId: first.parentId,
          clusterId: first.clusterId,
          resources: [],
        }),
      );
    return made;
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.call('POST', path, body);
  }

  private async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.api}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
