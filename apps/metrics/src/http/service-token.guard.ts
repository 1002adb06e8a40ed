import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { TokenVerifier } from '@tessera/adapter-oidc';

/** Admits only our own services, by the tokens that they present to each other; they check the rights of callers. */
export class ServiceTokenGuard implements CanActivate {
  constructor(private readonly verifier: Pick<TokenVerifier, 'verifyHeader'>) {}

  /** Rejects with a `TokenError` for a request without a valid token. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    await this.verifier.verifyHeader(headers.authorization);
    return true;
  }
}
