import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { TokenVerifier } from '@tessera/adapter-oidc';
import { SIGNED_BY_SCHEDULER } from './signature.guard';

/** Admits only our own services, by the tokens that they present to each other; they check the rights of callers. */
export class ServiceTokenGuard implements CanActivate {
  constructor(
    private readonly verifier: Pick<TokenVerifier, 'verifyHeader'>,
    private readonly reflector: Reflector,
  ) {}

  /**
   * Rejects with a `TokenError` for a request without a valid token. Requests of schedulers carry a signature instead,
   * which a guard of their own checks.
   */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean | undefined>(SIGNED_BY_SCHEDULER, context.getClass()) === true)
      return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    await this.verifier.verifyHeader(headers.authorization);
    return true;
  }
}
