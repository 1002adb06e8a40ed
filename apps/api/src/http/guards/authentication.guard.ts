import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TokenError, type TokenVerifier } from '@tessera/adapter-oidc';
import { Principals } from '../../identity/principals';
import { addressKey } from '../../limits/address-key';
import { RateLimit } from '../../limits/rate-limit';
import { REFUSED_TOKENS, VERIFIER } from '../../providers';
import { callOf, type ActiveCall } from '../active-call';

/**
 * Verifies the token of a call and finds its principal; throws 401. An address with too many invalid tokens gets 429
 * before any check, but a token that was verified is accepted whatever other calls came from its address.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(VERIFIER) private readonly verifier: TokenVerifier,
    private readonly principals: Principals,
    @Inject(REFUSED_TOKENS) private readonly refusedTokens: RateLimit,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const call = callOf(context.getArgByIndex<FastifyRequest>(0));
    return call === undefined || call.route.permission.kind === 'public' ? true : this.identify(call);
  }

  private async identify(call: ActiveCall): Promise<true> {
    const header = single(call.headers['authorization']);
    const from = addressKey(call.address);
    if (!this.verifier.isCached(header)) this.refusedTokens.refuseEmpty(from);
    try {
      const claims = await this.verifier.verifyHeader(header);
      call.principal = await this.principals.of(claims);
      call.claims = claims;
      return true;
    } catch (error) {
      if (error instanceof TokenError) this.refusedTokens.spend(from);
      throw error;
    }
  }
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
