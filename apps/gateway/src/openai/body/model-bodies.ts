import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { endpointOf } from '../endpoint';
import type { ModelBody } from './model-body';
import { readModelBody, READ_TOTAL_BYTES, type Need } from './read-body';
import { ReadBudget } from './read-budget';

/** Reads the bodies of model requests; all of them together use at most `READ_TOTAL_BYTES` of memory. */
export class ModelBodies {
  constructor(private readonly budget = new ReadBudget(READ_TOTAL_BYTES)) {}

  /**
   * The body of a request whose path at the model server is `path`; undefined where it is no model request. `left`: the
   * client disconnected while it was read.
   */
  async read(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable | undefined,
    path: string,
    need: Need,
  ): Promise<ModelBody | 'left' | undefined> {
    const endpoint = request.method === 'POST' && body !== undefined ? endpointOf(path) : undefined;
    if (endpoint === undefined || body === undefined) return undefined;
    const onEnd = (free: () => void): unknown => response.once('close', free);
    const { headers } = request;
    return (await readModelBody(body, { endpoint, headers, need, budget: this.budget, onEnd })) ?? 'left';
  }
}
