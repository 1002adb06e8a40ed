import { Controller, Inject } from '@nestjs/common';
import {
  changeServingKey,
  createServingKey,
  findServingKey,
  revokeServingKey,
  rotateServingKey,
  seenBy,
  visibility,
  type ServingKeyCreation,
  type ServingKeyRecord,
  type ServingKeyStore,
} from '@tessera/application-control-plane';
import { readFilter, type Input } from '@tessera/contracts-rest';
import { principalOf, type Call, type Reply } from '../http/call';
import { orDecline } from '../http/changed';
import { Operation } from '../http/operation';
import { next, sorting } from '../organisation/org-unit-query';
import { toServingKeyBody } from './serving-key-body';

/** The store of serving keys, and what making one needs. */
export interface ServingKeys extends ServingKeyCreation {
  readonly keys: ServingKeyStore;
}
/** Injection token of {@link ServingKeys}. */
export const SERVING_KEYS = Symbol('serving keys');

/** Keys with which people and programs call models. A secret is only in the response that creates it. */
@Controller()
export class ServingKeysController {
  constructor(@Inject(SERVING_KEYS) private readonly serving: ServingKeys) {}

  @Operation('get_serving_keys')
  async list({ query }: Input<'get_serving_keys'>, call: Call): Reply<'get_serving_keys'> {
    const caller = principalOf(call);
    const wanted = {
      seen: visibility(caller, 'inferences'),
      projectIds: query.projectId,
      states: query.status,
      filters: (query.filterBy ?? []).map(readFilter),
      search: query.search,
      now: this.now(),
    };
    const page = await this.serving.keys.keys(wanted, sorting(query), query);
    const servingKeys = page.items.map((key) => this.bodyOf(seenBy(key, caller)));
    return { status: 200, body: { servingKeys, ...next(page) } };
  }

  @Operation('create_serving_key')
  async create({ body }: Input<'create_serving_key'>, call: Call): Reply<'create_serving_key'> {
    const request = { ...body, limits: body.limits ?? {} };
    const { key, secret } = orDecline(await createServingKey(this.serving, request, principalOf(call)));
    return { status: 201, body: { ...this.bodyOf(key), key: secret } };
  }

  @Operation('get_serving_key')
  async get({ params }: Input<'get_serving_key'>, call: Call): Reply<'get_serving_key'> {
    const key = orDecline(await findServingKey(this.serving.keys, params.keyId, principalOf(call)));
    return { status: 200, body: this.bodyOf(key) };
  }

  @Operation('change_serving_key')
  async change({ params, body }: Input<'change_serving_key'>, call: Call): Reply<'change_serving_key'> {
    const key = orDecline(await changeServingKey(this.serving, params.keyId, body, principalOf(call)));
    return { status: 200, body: this.bodyOf(key) };
  }

  @Operation('rotate_serving_key')
  async rotate({ params, body }: Input<'rotate_serving_key'>, call: Call): Reply<'rotate_serving_key'> {
    const overlapMs = body.overlapSeconds * 1000;
    const rotated = await rotateServingKey(this.serving, params.keyId, overlapMs, principalOf(call));
    const { key, secret } = orDecline(rotated);
    return { status: 200, body: { ...this.bodyOf(key), key: secret } };
  }

  @Operation('revoke_serving_key')
  async revoke({ params }: Input<'revoke_serving_key'>, call: Call): Reply<'revoke_serving_key'> {
    orDecline(await revokeServingKey(this.serving, params.keyId, principalOf(call)));
    return { status: 204 };
  }

  private now(): string {
    return new Date(this.serving.clock.now()).toISOString();
  }

  private bodyOf(key: ServingKeyRecord) {
    return toServingKeyBody(key, this.now());
  }
}
