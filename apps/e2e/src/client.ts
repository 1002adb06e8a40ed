import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maybe } from '@tessera/kernel';
import type { Connection } from './platform';

/** A parsed body. The specifications look into bodies of every shape, and a missing field fails there. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

export const INFERENCES = '/api/v1/workloads/inferences';
const FIXTURES = join(__dirname, '..', '..', '..', 'libs', 'contracts', 'rest', 'fixtures');

/** The sample request of the reference, as it stands. */
export const sampleText = (): string => readFileSync(join(FIXTURES, 'create-inference.request.json'), 'utf8');

/** The body of a create request. */
interface NewWorkload {
  readonly name: string;
  readonly projectId: string;
  readonly clusterId: string;
  readonly spec: object;
}

/** A small workload of project 1 with a compute of its own. */
export const workload = (name: string, compute: object, spec: object = {}): NewWorkload => ({
  name,
  projectId: '1',
  clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
  spec: { image: 'model:1', servingPort: { container: 8000 }, compute, ...spec },
});

/** Calls the API with the token of the application. */
export class Client {
  private token: string | undefined;

  constructor(private readonly connection: () => Connection) {}

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    this.token ??= await this.newToken();
    return this.plain(method, path, body, { authorization: `Bearer ${this.token}` });
  }

  /** Without a token, unless the headers bring one. */
  async plain(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.connection().api}${path}`, {
      method,
      headers,
      ...maybe('body', text),
    });
    const answer = await response.text();
    return { status: response.status, body: answer === '' ? undefined : (JSON.parse(answer) as unknown) };
  }

  /** An answer that is text. */
  async text(path: string): Promise<string> {
    return (await this.open(path)).text();
  }

  /** An answer that goes on: `until` resolves once the text has come. */
  async follow(path: string): Promise<{ until(text: string): Promise<void>; stop(): void }> {
    const stopping = new AbortController();
    const { body } = await this.open(path, stopping.signal);
    const chunks = body?.values();
    let seen = '';
    return {
      async until(text) {
        const decoder = new TextDecoder();
        while (!seen.includes(text)) {
          const { done, value } = (await chunks?.next()) ?? { done: true };
          if (done) throw new Error(`the answer ended without ${text}: ${seen}`);
          seen += decoder.decode(value as Uint8Array, { stream: true });
        }
      },
      stop: () => stopping.abort(),
    };
  }

  private async open(path: string, signal?: AbortSignal): Promise<Response> {
    this.token ??= await this.newToken();
    const headers = { authorization: `Bearer ${this.token}` };
    const options = signal === undefined ? { headers } : { headers, signal };
    const response = await fetch(`${this.connection().api}${path}`, options);
    if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}`);
    return response;
  }

  async newToken(): Promise<string> {
    const { id, secret } = this.connection().application;
    const body = { grantType: 'app_token', AppId: id, AppSecret: secret };
    return (await this.plain('POST', '/api/v1/token', body)).body.accessToken;
  }

  async create(body: unknown): Promise<Json> {
    const { status, body: created } = await this.call('POST', INFERENCES, body);
    if (status !== 200) throw new Error(`POST answered ${status}: ${JSON.stringify(created)}`);
    return created;
  }

  async phaseOf(id: string): Promise<string> {
    return (await this.call('GET', `${INFERENCES}/${id}`)).body.actualPhase;
  }

  /** Phases in the order in which they were reported, without repetition. */
  async phasesOf(id: string): Promise<readonly string[]> {
    const { body } = await this.call('GET', `/api/v1/workloads/${id}/history?limit=500`);
    const phases: string[] = body.records.flatMap(({ spec }: Json) => spec.phaseUpdate?.phase ?? []);
    return phases.filter((phase, index) => phase !== phases[index - 1]);
  }

  async eventsOf(id: string): Promise<readonly Json[]> {
    return (await this.call('GET', `/api/v1/workloads/${id}/events?limit=500`)).body.events;
  }

  async podsOf(id: string): Promise<readonly Json[]> {
    return (await this.call('GET', `/api/v1/workloads/${id}/pods`)).body.pods;
  }

  async remove(id: string): Promise<number> {
    return (await this.call('DELETE', `${INFERENCES}/${id}`)).status;
  }
}
