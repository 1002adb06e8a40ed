import { maybe } from '@tessera/kernel';
import { INFERENCES, workload } from '../../client';
import type { Connection } from '../../platform';
import type { Demand, PlannedRequest } from '../plan/requests';
import type { SentRequest } from '../record/recording';

/** After so long a caller gives up, ms. */
const ANSWER_MS = 20_000;
/** Between two tries of what has to be certain, ms. */
const AGAIN_MS = 1_000;

type Ask = { readonly name: string } & (
  | { readonly kind: 'create'; readonly demand: Demand; readonly image: string }
  | { readonly kind: 'update'; readonly image: string }
  | { readonly kind: 'delete' }
);

/** Sends the requests of a storm, those about one workload one after the other, and notes the answers. */
export class Requests {
  readonly sent: SentRequest[] = [];
  private readonly ids = new Map<string, string>();
  private readonly turns = new Map<string, Promise<void>>();
  private token: string | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly now: () => number,
  ) {}

  /** Resolves once it is answered; sends nothing about a workload whose id is not known. */
  send(planned: PlannedRequest): Promise<void> {
    const { name } = planned;
    const turn = (this.turns.get(name) ?? Promise.resolve()).then(async () => {
      const id = this.ids.get(name);
      if (planned.kind !== 'create' && id === undefined) return;
      await this.ask(planned, id);
    });
    this.turns.set(name, turn);
    return turn;
  }

  /** Deletes a workload that exists; repeats it until it is answered for certain. */
  async remove(name: string, id: string): Promise<void> {
    await this.turns.get(name);
    while ((await this.ask({ kind: 'delete', name }, id)) === 'unknown')
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }

  private async ask(planned: Ask, id: string | undefined): Promise<SentRequest['outcome']> {
    const { kind, name } = planned;
    const began = performance.now();
    const atMs = this.now();
    const answered = await this.answerTo(planned, id);
    if (kind === 'create' && answered.workloadId !== undefined) this.ids.set(name, answered.workloadId);
    const image = planned.kind === 'delete' ? {} : { image: planned.image };
    this.sent.push({
      ...{ kind, name, atMs },
      ...image,
      tookMs: Math.round(performance.now() - began),
      ...answered,
    });
    return answered.outcome;
  }

  private async answerTo(
    planned: Ask,
    id: string | undefined,
  ): Promise<Pick<SentRequest, 'outcome' | 'status' | 'workloadId'>> {
    try {
      const response = await this.call(planned, id);
      const { status } = response;
      const text = await response.text();
      if (status >= 500) return { outcome: 'unknown', status };
      if (status >= 400) return { outcome: 'refused', status };
      const body = (text === '' ? {} : JSON.parse(text)) as { readonly workloadId?: string };
      return {
        outcome: 'accepted',
        status,
        ...maybe('workloadId', body.workloadId),
      };
    } catch {
      return { outcome: 'unknown' };
    }
  }

  private async call(planned: Ask, id: string | undefined): Promise<Response> {
    const { api } = this.connection;
    this.token ??= await this.newToken();
    const bodies = { create: createBody, update: updateBody, delete: () => undefined };
    const methods = { create: 'POST', update: 'PATCH', delete: 'DELETE' };
    const body = bodies[planned.kind](planned as never);
    const response = await fetch(`${api}${INFERENCES}${planned.kind === 'create' ? '' : `/${id}`}`, {
      method: methods[planned.kind],
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A token ends; the next request gets another one.
    if (response.status === 401) this.token = undefined;
    return response;
  }

  private async newToken(): Promise<string> {
    const { api, application } = this.connection;
    const body = { grantType: 'app_token', AppId: application.id, AppSecret: application.secret };
    const response = await fetch(`${api}/api/v1/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS),
      body: JSON.stringify(body),
    });
    if (response.status !== 200) throw new Error(`no token: ${response.status}`);
    return ((await response.json()) as { readonly accessToken: string }).accessToken;
  }
}

function createBody({ name, demand, image }: { name: string; demand: Demand; image: string }): object {
  const { pool, milliGpu, replicas } = demand;
  return workload(name, computeOf(milliGpu), {
    image,
    nodePools: [pool],
    autoscaling: { minReplicas: replicas, maxReplicas: replicas },
  });
}

const updateBody = ({ image }: { image: string }): object => ({ spec: { image } });

function computeOf(milliGpu: number): object {
  const cpu = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
  if (milliGpu === 0) return cpu;
  if (milliGpu === 1_000) return { ...cpu, gpuDevicesRequest: 1 };
  return {
    ...cpu,
    gpuDevicesRequest: 1,
    gpuRequestType: 'portion',
    gpuPortionRequest: milliGpu / 1_000,
  };
}
