import { EXAMPLES, ROUTES, type Answer } from '@tessera/contracts-rest';

/** A local platform, as its `connection.json` says. */
export interface Platform {
  readonly api: string;
  readonly gateway: string;
  readonly application: { readonly id: string; readonly secret: string };
}

/** Requests at once, from a second of the run on. */
export interface Step {
  readonly at: number;
  readonly requests: number;
}

/** What one run recorded. Times in seconds since its begin. */
export interface Run {
  readonly endsAt: number;
  readonly samples: readonly { readonly at: number; readonly requests: number; readonly ready: number }[];
  readonly wanted: readonly { readonly at: number; readonly replicas: number }[];
  readonly starts: readonly Start[];
  readonly answered: number;
  readonly failed: number;
}

export interface Start {
  /** Of the decision. */
  readonly from: number;
  readonly totalMs: number;
  readonly stages: readonly { readonly stage: string; readonly durationMs: number }[];
}

type Timeline = Extract<Answer<'get_workload_scaling'>, { status: 200 }>['body'];

const SAMPLE_MS = 1_000;
const { clusterId, projectId } = EXAMPLES.inference;

/** Sends a workload the load of the steps, in closed loops, and reads what the platform made of it. */
export async function scalingRun(
  platform: Platform,
  spec: object,
  steps: readonly Step[],
  endsAt: number,
): Promise<Run> {
  const call = await authorised(platform);
  const name = `picture-${Date.now().toString(36)}`;
  const { workloadId } = (await call('POST', ROUTES.create_inference1.path, {
    ...{ name, projectId, clusterId, spec },
  })) as { workloadId: string };
  const load = new ClosedLoops(`${platform.gateway}/project-${projectId}/${name}/v1/models`);
  const begin = Date.now();
  const since = (time: number): number => (time - begin) / 1_000;
  const samples: { at: number; requests: number; ready: number }[] = [];
  for (let next = begin; since(next) <= endsAt; next += SAMPLE_MS) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    load.set(steps.findLast(({ at }) => at <= since(Date.now()))?.requests ?? 0);
    const { runningPods } = (await call('GET', `/api/v1/workloads/${workloadId}`)) as { runningPods: number };
    samples.push({ at: since(Date.now()), requests: load.open, ready: runningPods });
  }
  await load.stop();
  const { entries } = (await call(
    'GET',
    `/api/v1/tessera/workloads/${workloadId}/scaling?limit=500`,
  )) as Timeline;
  await call('DELETE', `${ROUTES.create_inference1.path}/${workloadId}`);
  const oldestFirst = [...entries].reverse();
  const { answered, failed } = load;
  const wanted = oldestFirst.flatMap((entry) =>
    entry.type === 'ScaleDecided' ? [{ at: since(Date.parse(entry.time)), replicas: entry.to }] : [],
  );
  const starts = oldestFirst.flatMap((entry) => {
    if (entry.type !== 'ColdStart') return [];
    const { time, totalMs, stages } = entry;
    // Reported a moment after it was complete, so it began before this.
    const latest = since(Date.parse(time)) - totalMs / 1_000;
    const from = wanted.findLast(({ at }) => at <= latest)?.at ?? latest;
    return [{ from, totalMs, stages }];
  });
  return { endsAt, samples, answered, failed, wanted, starts };
}

/** As many requests at once as set: each loop sends its next request when the last one is answered. */
class ClosedLoops {
  open = 0;
  answered = 0;
  failed = 0;
  private wanted = 0;
  private readonly loops = new Map<number, Promise<void>>();

  constructor(private readonly url: string) {}

  set(requests: number): void {
    this.wanted = requests;
    for (let loop = 0; loop < requests; loop += 1)
      if (!this.loops.has(loop)) this.loops.set(loop, this.run(loop));
  }

  async stop(): Promise<void> {
    this.set(0);
    await Promise.all(this.loops.values());
  }

  private async run(loop: number): Promise<void> {
    while (loop < this.wanted) {
      this.open += 1;
      const response = await fetch(this.url).catch(() => undefined);
      await response?.arrayBuffer();
      this.open -= 1;
      if (response?.ok === true) this.answered += 1;
      else this.failed += 1;
    }
    this.loops.delete(loop);
  }
}

async function authorised({ api, application: { id, secret } }: Platform) {
  const send = async (method: string, path: string, body?: object, token?: string): Promise<unknown> => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  };
  const grant = { grantType: 'app_token', AppId: id, AppSecret: secret };
  const { accessToken } = (await send('POST', ROUTES.grant_token.path, grant)) as { accessToken: string };
  return (method: string, path: string, body?: object) => send(method, path, body, accessToken);
}
