import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FreshConnections, interceptConnections } from '@tessera/platform-http';
import { LABELS } from '@tessera/contracts-kubernetes';
import type { Pod } from '@tessera/simulation-kubernetes-api/wire';
import { ownBudget } from '../endpoint/descriptor-budget';
import { Engine, type EngineFigures, type Generation } from '../engine/engine';
import { jsonBody, promptOf } from '../engine/prompt';
import { modelAnswer, modelList, type ModelAnswer } from '../openai/model-answer';
import { sendEvents } from '../openai/send-events';
import { GrpcModel } from '../grpc/grpc-model';
import type { Knobs } from '../endpoint/knobs';

/** Traffic of one model server since it started. */
export interface Traffic {
  readonly requests: number;
  readonly inFlight: number;
  /** Time during which at least one request was served, ms. */
  readonly busyMs: number;
  readonly engine: EngineFigures;
}

/** Traffic of a server that has not started. */
export const NO_TRAFFIC: Traffic = {
  requests: 0,
  inFlight: 0,
  busyMs: 0,
  engine: { cacheQueries: 0, cacheHits: 0, cacheUsage: 0, prompts: 0, firstTokenMs: 0 },
};

/** Status of gRPC of a server that fails. */
const UNAVAILABLE = 14;
/** How long a connection may say nothing, ms: probes of TCP do. */
const FIRST_BYTE_MS = 60_000;

/** All model servers run in this process. */
const descriptors = ownBudget();

/**
 * A real HTTP server that acts as the model of one pod. It responds to any path with JSON that names the pod, and to
 * calls of gRPC on the same port with their own messages.
 */
export class ModelServer {
  private readonly server: Server;
  private readonly fresh: FreshConnections;
  private readonly grpc: GrpcModel;
  private readonly startedAt = Date.now();
  private requests = 0;
  private inFlight = 0;
  private busyMs = 0;
  private busySince = 0;
  private readonly engine: Engine;
  /** Set by the operator of the simulation; probes then fail. */
  unready = false;

  constructor(
    private readonly pod: Pod,
    private readonly knobs: Knobs,
    private readonly log: (line: string) => void,
  ) {
    this.engine = new Engine(knobs.engine);
    this.server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
      void this.answer(request, response);
    });
    this.grpc = new GrpcModel({
      status: knobs.status < 400 ? 0 : UNAVAILABLE,
      latencyMs: knobs.latencyMs,
      begin: (path) => this.begin(path),
      isReady: () => this.isReady,
    });
    const http1 = interceptConnections(this.server, (socket) => fresh.take(socket));
    const fresh = new FreshConnections({ http1, http2: (socket) => this.grpc.accept(socket) }, FIRST_BYTE_MS);
    this.fresh = fresh;
  }

  /**
   * Listens on the address, or where that is impossible on a free port of 127.0.0.1; returns the actual address.
   * Rejects when the process has no file descriptor for it.
   */
  async listen(address: string, port: number): Promise<{ readonly host: string; readonly port: number }> {
    descriptors.take();
    this.server.once('close', () => descriptors.giveBack());
    try {
      await this.bind(address, port);
      return { host: address, port };
    } catch {
      await this.bind('127.0.0.1', 0);
      return { host: '127.0.0.1', port: (this.server.address() as AddressInfo).port };
    }
  }

  get traffic(): Traffic {
    const running = this.inFlight > 0 ? Date.now() - this.busySince : 0;
    return {
      requests: this.requests,
      inFlight: this.inFlight,
      busyMs: this.busyMs + running,
      engine: this.engine.figures,
    };
  }

  /** Accepts no new connections and lets the requests in flight finish for `graceMs`. */
  close(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.server.closeAllConnections();
        this.grpc.destroy();
      }, graceMs);
      this.fresh.end();
      this.grpc.close();
      this.server.close(() => {
        clearTimeout(limit);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }

  private bind(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (/^kube-probe\//.test(request.headers['user-agent'] ?? '')) {
      request.resume();
      return this.answerProbe(response);
    }
    if (this.inFlight === 0) this.busySince = Date.now();
    this.inFlight += 1;
    this.requests += 1;
    response.once('close', () => this.finished());
    const { method = 'GET', url = '/' } = request;
    const asked = await jsonBody(request);
    if (response.destroyed) return;
    const generation = this.engine.begin(promptOf(asked), performance.now());
    response.once('close', generation.end);
    const answer = this.answerOfModel(method, url, asked, generation);
    const { promptTokens, cachedTokens, firstTokenMs, tokenMs } = generation;
    const firstMs = this.knobs.latencyMs + firstTokenMs;
    const leave = (): unknown => this.log(`${method} ${url} cancelled by the caller`);
    const finish = (): void => {
      response.off('close', leave);
      this.log(`${method} ${url} ${answer?.status ?? this.knobs.status}`);
    };
    response.once('close', leave);
    if (answer?.events !== undefined)
      return sendEvents(response, answer.events, { firstMs, tokenMs, finish });
    const identity = {
      pod: this.pod.metadata.name,
      workload: this.workload ?? null,
      path: url,
      method,
    };
    const usage = promptTokens === 0 ? {} : { usage: usageOf(promptTokens, cachedTokens, 1) };
    const body = answer?.body ?? { model: 'simulated', ...usage };
    const restMs = Math.max(0, (answer?.tokens ?? 0) - 1) * tokenMs;
    setTimeout(() => {
      finish();
      this.send(response, answer?.status ?? this.knobs.status, { ...identity, ...body });
    }, firstMs + restMs);
  }

  /** What the API of OpenAI or Anthropic answers; undefined for other requests. */
  private answerOfModel(
    method: string,
    url: string,
    asked: Parameters<typeof modelAnswer>[1],
    generation: Generation,
  ): ModelAnswer | undefined {
    if (!this.knobs.speaksOpenai || this.knobs.status >= 400) return undefined;
    if (method === 'POST') return modelAnswer(url, asked, generation);
    return method === 'GET' ? modelList(url, this.workload ?? this.pod.metadata.name) : undefined;
  }

  private get workload(): string | undefined {
    return this.pod.metadata.labels?.[LABELS.workloadName];
  }

  private get isReady(): boolean {
    const { neverReady, readyAfterMs } = this.knobs;
    return !this.unready && !neverReady && Date.now() - this.startedAt >= readyAfterMs;
  }

  /** A call of gRPC begins; the result is called when it has ended. */
  private begin(path: string): () => void {
    if (this.inFlight === 0) this.busySince = Date.now();
    this.inFlight += 1;
    this.requests += 1;
    return () => {
      this.log(`gRPC ${path}`);
      this.finished();
    };
  }

  private answerProbe(response: ServerResponse): void {
    const ready = this.isReady;
    this.send(response, ready ? 200 : 503, { ready });
  }

  private finished(): void {
    this.inFlight -= 1;
    if (this.inFlight === 0) this.busyMs += Date.now() - this.busySince;
  }

  private send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
    if (response.destroyed) return;
    const text = JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text);
  }
}

/** A whole answer has one token. */
const usageOf = (
  promptTokens: number,
  cachedTokens: number,
  completionTokens: number,
): Record<string, unknown> => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});
