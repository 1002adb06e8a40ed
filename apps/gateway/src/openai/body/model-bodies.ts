import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { endpointOf } from '../endpoint';
import type { ModelBody } from './model-body';
import { readModelBody, READ_TOTAL_BYTES, type Need } from './read-body';
import { ReadBudget } from './read-budget';

/** Reads the bodies of requests to model endpoints, within a memory limit for all of them. */
export class ModelBodies {
  private readonly budget: ReadBudget;

  /** `total`: maximum memory for all bodies together, bytes. */
  constructor(total = READ_TOTAL_BYTES) {
    this.budget = new ReadBudget(total);
  }

  /**
   * The body of a request with the path `path` at the model server; undefined where that is not a model endpoint.
   * `left`: the client disconnected while the body was read. `caller`: whom the memory counts for.
   */
  read(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
    path: string,
    need: Need,
    caller: string,
  ): Promise<ModelBody | 'left'> | undefined {
    const endpoint = request.method === 'POST' && body !== undefined ? endpointOf(path) : undefined;
    if (endpoint === undefined || body === undefined) return undefined;
    const onEnd = (free: () => void): unknown => response.once('close', free);
    const { headers } = request;
    const options = { endpoint, headers, need, reserved: this.budget.reserve(caller), onEnd };
    return readModelBody(body, options);
  }
}
