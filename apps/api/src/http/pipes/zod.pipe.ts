import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { shapeViolations } from '@tessera/contracts-rest';
import type { HttpError } from '@tessera/platform-http';
import { badRequest } from '../filters/violations';
import type { ActiveCall } from '../active-call';
import { BodyRules } from './body-rules';
import { decodeBody, decodeQuery, type DecodedBody } from './decode';

/** From this size on a body takes the event loop long enough that other requests get their turn in between, bytes. */
const LARGE_BODY_BYTES = 65_536;

/** Path, query and body as the schemas of a route give them. */
export interface DecodedInput {
  readonly params: object;
  readonly query: object;
  readonly body: unknown;
}

/** Decodes query and body by the schemas of the operation. Throws 400 with every violation. */
@Injectable()
export class ZodPipe implements PipeTransform<ActiveCall, DecodedInput | Promise<DecodedInput>> {
  constructor(private readonly rules: BodyRules) {}

  transform(call: ActiveCall): DecodedInput | Promise<DecodedInput> {
    return (call.bytes?.length ?? 0) < LARGE_BODY_BYTES ? this.decoded(call) : this.inTurns(call);
  }

  /** Reading, decoding and use case of a large body are turns of their own. */
  private async inTurns(call: ActiveCall): Promise<DecodedInput> {
    await nextTurn();
    const input = await this.decoded(call);
    await nextTurn();
    return input;
  }

  private decoded(call: ActiveCall): DecodedInput | Promise<never> {
    const query = decodeQuery(call.route, call.named.query);
    const decoded = decodeBody(call.route, call.raw);
    if (!decoded.ok) return this.badBody(call, decoded).then((error) => Promise.reject(error));
    return { params: call.named.params, query, body: decoded.body };
  }

  private async badBody(
    call: ActiveCall,
    { issues }: Extract<DecodedBody, { ok: false }>,
  ): Promise<HttpError> {
    const found = shapeViolations(issues);
    return badRequest([...found, ...(await this.rules.violations(call, found))]);
  }
}
