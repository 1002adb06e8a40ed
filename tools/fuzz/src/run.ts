import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Corpus, slotsOf, type Proper } from './corpus';
import { operationsOf, type ApiDocument } from './document';
import type { Target } from './local-platform';
import { requests, type FuzzRequest } from './requests';
import { Sender, type Received, type Sent } from './send';
import { Verdict } from './verdict';

export interface Plan {
  readonly seed: number;
  readonly requests: number;
  /** Only this one request of the seed. */
  readonly only?: number;
}

/** The first of the failures that look alike. */
export interface Failure {
  readonly number: number;
  readonly problem: string;
  readonly request: Sent;
  times: number;
}

export interface Outcome {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Operations that never answered 2xx, and so were tried at their edge alone. */
  readonly neverSucceeded: readonly string[];
  readonly slowestMs: number;
  readonly failures: readonly Failure[];
}

const CONNECTIONS = 8;
/** Longer than any answer may take; what takes longer hangs. */
const LIMIT_MS = 25_000;
/** More kinds of failures say nothing new. */
const MOST_FAILURES = 20;
const LOG_EVERY = 2_000;
/** The token lives for an hour, and a run for minutes. */
const JSON_HEADERS = { 'content-type': 'application/json' };

/** Sends the requests of a seed, some at a time, and judges each answer. */
export async function run(target: Target, plan: Plan, log: (line: string) => void): Promise<Outcome> {
  const sender = new Sender(target.url, CONNECTIONS, LIMIT_MS);
  try {
    const document = await documentOf(sender);
    const authorization = `Bearer ${await tokenOf(sender, target)}`;
    const proper = properly(sender, authorization);
    const { id, secret } = target.application;
    const corpus = await Corpus.fill(proper, randomUUID().slice(0, 8), {
      ...{ appID: id, clientID: id, client_id: id },
      ...{ appSecret: secret, clientSecret: secret, client_secret: secret },
    });
    return await new Run(sender, document, corpus, proper, authorization, plan, log).all();
  } finally {
    sender.close();
  }
}

class Run {
  private readonly arbitrary: fc.Arbitrary<FuzzRequest>;
  private readonly operations: readonly string[];
  private readonly verdict: Verdict;
  private readonly statuses = new Map<string, number>();
  private readonly succeeded = new Set<string>();
  private readonly failures = new Map<string, Failure>();
  private slowestMs = 0;
  private next = 0;

  constructor(
    private readonly sender: Sender,
    document: ApiDocument,
    private readonly corpus: Corpus,
    private readonly proper: Proper,
    private readonly authorization: string,
    private readonly plan: Plan,
    private readonly log: (line: string) => void,
  ) {
    this.arbitrary = requests(document);
    this.operations = operationsOf(document).map(({ id }) => id);
    this.verdict = new Verdict(document);
  }

  async all(): Promise<Outcome> {
    const { only } = this.plan;
    if (only !== undefined) await this.one(only, true);
    else await Promise.all(Array.from({ length: CONNECTIONS }, () => this.some()));
    return {
      sent: only === undefined ? this.next : 1,
      statuses: Object.fromEntries([...this.statuses].sort()),
      neverSucceeded: this.operations.filter((id) => !this.succeeded.has(id)),
      slowestMs: this.slowestMs,
      failures: [...this.failures.values()],
    };
  }

  private async some(): Promise<void> {
    while (this.next < this.plan.requests && this.failures.size < MOST_FAILURES) {
      const number = this.next;
      this.next += 1;
      if (this.next % LOG_EVERY === 0) this.log(`${this.next} of ${this.plan.requests} requests`);
      await this.one(number, false);
    }
  }

  private async one(number: number, aloud: boolean): Promise<void> {
    const made = requestOf(this.arbitrary, this.plan.seed, number);
    const sent = this.filled(made);
    if (aloud) this.log(shown(sent));
    const answer = await this.sender.send(sent);
    if (aloud) this.log(JSON.stringify(answer, null, 2).slice(0, 5_000));
    this.count(made, answer);
    const problem = this.verdict.of(made.operation, made.exact, made.method, answer);
    if (problem !== undefined) this.note({ number, problem, request: sent, times: 1 }, made.operation.id);
    await this.tidy(made, answer);
  }

  private note(failure: Failure, operation: string): void {
    const kind = `${operation} ${failure.problem.slice(0, 80)}`;
    const known = this.failures.get(kind);
    if (known === undefined) this.failures.set(kind, failure);
    else known.times += 1;
  }

  private filled({ method, path, headers, body }: FuzzRequest): Sent {
    return {
      method,
      path: this.corpus.filled(path),
      headers: { authorization: this.authorization, ...headers },
      body: typeof body === 'string' ? this.corpus.filled(body) : body,
    };
  }

  private count({ operation, exact }: FuzzRequest, answer: Received): void {
    const status = 'failed' in answer ? 'none' : String(answer.status);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (exact && status.startsWith('2')) this.succeeded.add(operation.id);
    this.slowestMs = Math.max(this.slowestMs, answer.ms);
  }

  /**
   * Takes new workloads away again, so that the cluster does not fill, and policies, whose guardrails may refuse the
   * workloads that later requests need; recreates what was removed.
   */
  private async tidy({ operation, method, path }: FuzzRequest, answer: Received): Promise<void> {
    if ('failed' in answer || answer.status >= 300) return;
    if (operation.id === 'create_inference1' && method === 'POST') {
      const { workloadId } = JSON.parse(answer.text) as { workloadId?: string };
      if (workloadId !== undefined) await this.proper('DELETE', `/api/v1/workloads/inferences/${workloadId}`);
    }
    if (operation.id === 'overwrite_inference_policy_v2') {
      const { meta } = JSON.parse(answer.text) as { meta: { projectId: string } };
      await this.proper('DELETE', `/api/v2/policy/inferences?projectId=${meta.projectId}`);
    }
    if (method === 'DELETE') for (const slot of slotsOf(path)) await this.corpus.renew(slot);
  }
}

/** Request number so-and-so of a seed: the same on every machine. */
export const requestOf = (
  arbitrary: fc.Arbitrary<FuzzRequest>,
  seed: number,
  number: number,
): FuzzRequest => {
  const [made] = fc.sample(arbitrary, { seed: (Math.imul(seed, 0x9e3779b1) + number) | 0, numRuns: 1 });
  if (made === undefined) throw new Error('there is no request');
  return made;
};

const shown = ({ method, path, headers, body }: Sent): string =>
  JSON.stringify({
    method,
    path,
    headers: { ...headers, authorization: '…' },
    body: String(body ?? '').slice(0, 5_000),
  });

async function documentOf(sender: Sender): Promise<ApiDocument> {
  const answer = await sender.send({ method: 'GET', path: '/openapi.json', headers: {}, body: undefined });
  if ('failed' in answer || answer.status !== 200) throw new Error('GET /openapi.json gives no document');
  return JSON.parse(answer.text) as ApiDocument;
}

async function tokenOf(sender: Sender, { application: { id, secret } }: Target): Promise<string> {
  const body = JSON.stringify({ grantType: 'app_token', appId: id, appSecret: secret });
  const answer = await sender.send({ method: 'POST', path: '/api/v1/token', headers: JSON_HEADERS, body });
  if ('failed' in answer || answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return (JSON.parse(answer.text) as { accessToken: string }).accessToken;
}

function properly(sender: Sender, authorization: string): Proper {
  return async (method, path, body) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const answer = await sender.send({
      method,
      path,
      headers: { authorization, ...JSON_HEADERS },
      body: text,
    });
    if ('failed' in answer || (answer.status >= 300 && answer.status !== 404))
      throw new Error(`${method} ${path}: ${JSON.stringify(answer).slice(0, 500)}`);
    return answer.text === '' ? {} : (JSON.parse(answer.text) as Readonly<Record<string, unknown>>);
  };
}
