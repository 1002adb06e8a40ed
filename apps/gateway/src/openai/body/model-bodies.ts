import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { endpointOf } from '../endpoint';
import type { ModelBody } from './model-body';
import { readModelBody, READ_TOTAL_BYTES, type Need } from './read-body';
import { ReadBudget } from './read-budget';

/** Reads the bodies of model requests. */
export class ModelBodies {
  private readonly budget: ReadBudget;

  /** `total`: most memory for all of them together, bytes. */
  constructor(total = READ_TOTAL_BYTES) {
    this.budget = new ReadBudget(total);
  }

  /**
   * The body of a request whose path at the model server is `path`; undefined where it is no model request. `left`: the
   * client disconnected while it was read. `caller`: for whom the memory counts.
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
