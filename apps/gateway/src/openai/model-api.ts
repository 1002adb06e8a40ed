import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { HttpError, type TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { Doorkeeper } from '../access/doorkeeper';
import { claimOf } from '../limits/claim';
import { stillBlind } from '../proxy/answers';
import { labelOfHost } from '../routing/route';
import type { Workload } from '../routing/workload';
import type { ModelBodies } from './body/model-bodies';
import type { ModelBody } from './body/model-body';
import { endpointOf } from './endpoint';
import { modelAmbiguous, modelNotFound, modelUnread, noSuchPath } from './errors';
import type { ModelEntry, ModelNames } from './models/model-names';

export interface ModelApiDependencies {
  readonly names: ModelNames;
  readonly bodies: ModelBodies;
  readonly doorkeeper: Doorkeeper;
  /** Workloads have hosts below it. */
  readonly domain: string | undefined;
  /** The listener is for callers outside of the cluster. */
  readonly published: boolean;
  /** Proxies whose `x-forwarded-for` is trusted. */
  readonly trusted: TrustedProxies;
  /** Why the replicas are not known yet; undefined when they are. */
  readonly notReady: () => string | undefined;
}

/** A workload that is asked for a response; the next one is asked where it gives none. */
export interface Choice {
  readonly workload: Workload;
  readonly body: ModelBody;
  /** Longest wait for a replica before the next choice, ms; undefined for the limit of all requests. */
  readonly waitMs: number | undefined;
}

/** A request whose model has been found. */
export interface ModelCall {
  readonly caller: Caller | undefined;
  readonly choices: readonly Choice[];
}

const ROOT = /^\/v1(?:[/?]|$)/;
/** Host of the endpoint, below the domain. */
const API_LABEL = 'api';
const MODELS = '/v1/models';

/** The endpoint for all models: the workload is chosen by the `model` in the body. Nothing here wakes a workload. */
export class ModelApi {
  constructor(private readonly dependencies: ModelApiDependencies) {}

  /**
   * Whether a request is for this endpoint: a path that begins with `/v1/`, and with a domain at that host or at `api.`
   * below it. Callers inside the cluster use any host that is none of a workload.
   */
  serves({ url = '/', headers: { host = '' } }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
    if (!ROOT.test(url)) return false;
    const { domain, published } = this.dependencies;
    if (domain === undefined) return true;
    const label = labelOfHost(host, domain);
    if (label !== undefined) return label === API_LABEL;
    return !published || labelOfHost(`${API_LABEL}.${host}`, domain) === API_LABEL;
  }

  /** Finds out where a request goes; `answered` where it is for the list of models. */
  async route(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<ModelCall | 'left' | 'answered' | HttpError> {
    const { bodies, doorkeeper, names, notReady, published, trusted } = this.dependencies;
    const { method = 'GET', url = '/' } = request;
    const path = url.split('?', 1)[0] ?? url;
    const identified = doorkeeper.identify(request.headers);
    const visitor = identified instanceof Promise ? await identified : identified;
    const mayCall = (workload: Workload): boolean => doorkeeper.admits(visitor, workload, published);
    // Strangers learn of no name whether it exists.
    const unknown = (error: HttpError): HttpError =>
      notReady() === undefined ? (doorkeeper.objection(visitor) ?? error) : stillBlind();
    if (isModelList(path)) {
      if (method !== 'GET' && method !== 'HEAD') return noSuchPath(method, path);
      const answer = this.listed(path, mayCall, typeof visitor === 'string');
      if (answer instanceof HttpError) return unknown(answer);
      const refusal =
        'data' in answer && answer.data.length === 0 ? doorkeeper.objection(visitor) : undefined;
      return refusal ?? send(response, answer);
    }
    if (endpointOf(path) === undefined || method !== 'POST') return unknown(noSuchPath(method, path));
    // No body is read of a stranger to whom no model is open.
    if (typeof visitor === 'string' && !names.anyPublic(mayCall)) return unknown(modelUnread(undefined));
    const caller = typeof visitor === 'string' ? undefined : visitor;
    const claimant = claimOf(request, caller, trusted).caller;
    const read = await bodies.read(request, response, body, path, 'model', claimant);
    if (read === 'left') return read;
    if (read?.request.unread === 'busy') return modelUnread('busy');
    const name = read?.request.model;
    if (read === undefined || name === undefined) return unknown(modelUnread(read?.request.unread));
    const found = names.resolve(name, mayCall);
    if (found === undefined) return unknown(modelNotFound(name));
    if ('ambiguous' in found) return modelAmbiguous(name, found.ambiguous);
    return {
      caller,
      choices: found.choices.map(({ workload, model, waitMs }) => ({
        workload,
        body: model === name ? read : (read.with('model', model) ?? read),
        waitMs,
      })),
    };
  }

  private listed(path: string, mayCall: (workload: Workload) => boolean, isStranger: boolean) {
    const { names } = this.dependencies;
    const name = path.slice(MODELS.length + 1);
    if (name === '')
      return { object: 'list' as const, data: names.list(mayCall, isStranger).map(modelObject) };
    const id = decoded(name);
    const entry = id === undefined ? undefined : names.find(id, mayCall);
    return entry === undefined ? modelNotFound(id ?? name) : modelObject(entry);
  }
}

const isModelList = (path: string): boolean => path === MODELS || path.startsWith(`${MODELS}/`);

/** OpenAI's model object, with the state beside it. */
function modelObject({ id, created, state, project = 'tessera', workload, alias }: ModelEntry) {
  return {
    id,
    object: 'model' as const,
    created,
    owned_by: project,
    state,
    ...(workload === undefined ? {} : { workload: `${project}/${workload}` }),
    ...(alias === true ? { alias } : {}),
  };
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, value: object): 'answered' {
  const body = JSON.stringify(value);
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(response.req.method === 'HEAD' ? undefined : body);
  return 'answered';
}
