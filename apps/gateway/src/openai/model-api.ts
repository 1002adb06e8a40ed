import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { HttpError, type TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { AccessGuard } from '../access/access-guard';
import { requesterOf } from '../limits/requester';
import { workloadsNotLoaded } from '../proxy/answers';
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
  readonly accessGuard: AccessGuard;
  /** Workloads have hosts below this domain; undefined where they have path prefixes instead. */
  readonly domain: string | undefined;
  /** The listener is for callers outside the cluster. */
  readonly published: boolean;
  /** Proxies whose `x-forwarded-for` is trusted. */
  readonly trusted: TrustedProxies;
  /** Why workloads and replicas are not loaded yet; undefined when they are. */
  readonly notReady: () => string | undefined;
}

/** One of the workloads for a request; the next one is its fallback. */
export interface Choice {
  readonly workload: Workload;
  readonly body: ModelBody;
  /** Longest wait for a replica before the fallback gets the request, ms; undefined for the gateway's limit. */
  readonly waitMs: number | undefined;
}

/** A request whose model is known. */
export interface ModelCall {
  readonly caller: Caller | undefined;
  readonly choices: readonly Choice[];
}

const ROOT = /^\/v1(?:[/?]|$)/;
/** Label of the endpoint's host, below the domain. */
const API_LABEL = 'api';
const MODELS = '/v1/models';

/** The endpoint for all models, which chooses the workload by the `model` in the body. It wakes no workload. */
export class ModelApi {
  constructor(private readonly dependencies: ModelApiDependencies) {}

  /**
   * Whether a request is for this endpoint: its path begins with `/v1/`. Where workloads have hosts, its host must be
   * the domain or `api.<domain>`; callers inside the cluster may use any host that is not a workload's.
   */
  serves({ url = '/', headers: { host = '' } }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
    if (!ROOT.test(url)) return false;
    const { domain, published } = this.dependencies;
    if (domain === undefined) return true;
    const label = labelOfHost(host, domain);
    if (label !== undefined) return label === API_LABEL;
    return !published || labelOfHost(`${API_LABEL}.${host}`, domain) === API_LABEL;
  }

  /**
   * Finds the workloads for a request; `answered` where it was for the list of models; `left` where its client
   * disconnected.
   */
  async route(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
  ): Promise<ModelCall | 'left' | 'answered' | HttpError> {
    const { bodies, accessGuard, names, notReady, published, trusted } = this.dependencies;
    const { method = 'GET', url = '/' } = request;
    const path = url.split('?', 1)[0] ?? url;
    const authenticated = accessGuard.authenticate(request.headers);
    const identity = authenticated instanceof Promise ? await authenticated : authenticated;
    const caller = typeof identity === 'string' ? undefined : identity;
    const mayCall = (workload: Workload): boolean => accessGuard.allows(identity, workload, published);
    // Without a valid credential, the error does not depend on which names exist.
    const notFound = (error: HttpError): HttpError =>
      notReady() === undefined ? (accessGuard.denialFor(identity) ?? error) : workloadsNotLoaded();
    if (isModelList(path)) {
      if (method !== 'GET' && method !== 'HEAD') return noSuchPath(method, path);
      const list = this.listed(path, mayCall, caller === undefined);
      if (list instanceof HttpError) return notFound(list);
      const denial = 'data' in list && list.data.length === 0 ? accessGuard.denialFor(identity) : undefined;
      return denial ?? send(response, list);
    }
    if (endpointOf(path) === undefined || method !== 'POST') return notFound(noSuchPath(method, path));
    // Without a valid credential and a public model, the body is not read.
    if (caller === undefined && !names.anyPublic(mayCall)) return notFound(modelUnread(undefined));
    const requester = requesterOf(request, caller, trusted).caller;
    const read = await bodies.read(request, response, body, path, 'model', requester);
    if (read === 'left') return read;
    if (read?.request.unread === 'busy') return modelUnread('busy');
    const name = read?.request.model;
    if (read === undefined || name === undefined) return notFound(modelUnread(read?.request.unread));
    const found = names.resolve(name, mayCall);
    if (found === undefined) return notFound(modelNotFound(name));
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

  private listed(path: string, mayCall: (workload: Workload) => boolean, isUnauthenticated: boolean) {
    const { names } = this.dependencies;
    const name = path.slice(MODELS.length + 1);
    if (name === '')
      return { object: 'list' as const, data: names.list(mayCall, isUnauthenticated).map(modelObject) };
    const id = decoded(name);
    const entry = id === undefined ? undefined : names.find(id, mayCall);
    return entry === undefined ? modelNotFound(id ?? name) : modelObject(entry);
  }
}

const isModelList = (path: string): boolean => path === MODELS || path.startsWith(`${MODELS}/`);

/** A model object of OpenAI's API, with the model's state added. */
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
