import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimit } from '../../limits/rate-limit';
import { RATE_LIMIT } from '../../providers';
import { callOf } from '../active-call';

/** Limits the calls of each subject; throws 429. The audit log counts such calls and does not name the caller. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(@Inject(RATE_LIMIT) private readonly limit: RateLimit) {}

  canActivate(context: ExecutionContext): true {
    const call = callOf(context.getArgByIndex<FastifyRequest>(0));
    if (call?.principal === undefined) return true;
    this.limit.take(call.principal.subjectId);
    call.admit(call.principal);
    return true;
  }
}
