import { SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';

const SIGNED = 'signed instead of a service token';

/** Marks a controller whose requests are signed instead of carrying a service token; a guard of its own checks them. */
export const Signed = (): CustomDecorator => SetMetadata(SIGNED, true);

/** Verifies the header `Authorization`; rejects where it has no valid token. */
export interface HeaderVerifier {
  verifyHeader(header: string | undefined): Promise<unknown>;
}

/** Admits only our own services, by the tokens that they present to each other; they check the rights of callers. */
export class ServiceTokenGuard implements CanActivate {
  constructor(
    private readonly verifier: HeaderVerifier,
    private readonly reflector: Pick<Reflector, 'get'>,
  ) {}

  /** Rejects as the verifier does for a request without a valid token, unless its controller is {@link Signed}. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean | undefined>(SIGNED, context.getClass()) === true) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    await this.verifier.verifyHeader(headers.authorization);
    return true;
  }
}
