import type { RunningPlatform } from './platform';

/** A workload without replicas. */
export interface Sleeper {
  readonly id: string;
  readonly name: string;
}

const CLUSTER_ID = '71f69d83-ba66-4822-adf5-55ce55efd210';
/** Creates in flight at once. */
const AT_ONCE = 16;
const KNOWN_LIMIT_MS = 120_000;
const POLL_MS = 250;

/** Creates workloads that have no replica until a request wakes them. */
export class Sleepers {
  private made = 0;

  private constructor(
    private readonly platform: RunningPlatform,
    private readonly token: string,
  ) {}

  static async open(platform: RunningPlatform): Promise<Sleepers> {
    const { id, secret } = platform.application;
    const response = await fetch(`${platform.api}/api/v1/token`, {
      method: 'POST',
      body: JSON.stringify({ grantType: 'app_token', AppId: id, AppSecret: secret }),
    });
    const { accessToken } = (await response.json()) as { readonly accessToken: string };
    return new Sleepers(platform, accessToken);
  }

  /** Creates so many and resolves once the gateway knows all of them. */
  async create(count: number): Promise<readonly Sleeper[]> {
    const sleepers: Sleeper[] = [];
    const names = Array.from({ length: count }, () => `sleeper-${(this.made += 1)}`);
    const creator = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift())
        sleepers.push({ name, id: await this.createOne(name) });
    };
    await Promise.all(Array.from({ length: AT_ONCE }, creator));
    await this.untilKnown(sleepers);
    return sleepers;
  }

  /** Serving URL of a workload at the gateway. */
  urlOf({ name }: Sleeper, path = '/v1/models'): string {
    return `${this.platform.gateway}/project-1/${name}${path}`;
  }

  private async createOne(name: string): Promise<string> {
    const response = await fetch(`${this.platform.api}/api/v1/workloads/inferences`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}` },
      body: JSON.stringify({
        name,
        projectId: '1',
        clusterId: CLUSTER_ID,
        spec: {
          image: 'model:1',
          servingPort: { container: 8000 },
          compute: { cpuCoreRequest: 0.01, cpuMemoryRequest: '8M' },
          autoscaling: { minReplicas: 0, initialReplicas: 0, maxReplicas: 1 },
        },
      }),
    });
    const body = (await response.json()) as { readonly workloadId?: string; readonly id?: string };
    if (!response.ok)
      throw new Error(`creating ${name} was answered ${response.status}: ${JSON.stringify(body)}`);
    return body.workloadId ?? body.id ?? '';
  }

  /** A quiet path wakes nothing: 404 until the gateway knows the workload, 503 from then on. */
  private async untilKnown(sleepers: readonly Sleeper[]): Promise<void> {
    const deadline = performance.now() + KNOWN_LIMIT_MS;
    for (const sleeper of sleepers)
      while ((await fetch(this.urlOf(sleeper, '/healthz'))).status === 404) {
        if (performance.now() > deadline) throw new Error(`the gateway does not know ${sleeper.name}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
  }
}
