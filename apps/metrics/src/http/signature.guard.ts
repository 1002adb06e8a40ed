import {
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type RawBodyRequest,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isSignedBy, SIGNATURE_HEADER } from '@tessera/adapter-services';
import { HttpError } from '@tessera/platform-http';
import type { MetricsConfig } from '../config';
import { CONFIG } from '../settings/tokens';

/** Admits requests that a scheduler has signed; see `signatureOf`. */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: Pick<MetricsConfig, 'TESSERA_METRICS_QUERY_KEYS'>) {}

  /** Throws 401 for a request without a valid signature. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>();
    const { TESSERA_METRICS_QUERY_KEYS: keys } = this.config;
    const message = { path: request.url, body: request.rawBody ?? '' };
    if (isSignedBy(keys, request.headers[SIGNATURE_HEADER], message)) return true;
    throw new HttpError(401, 'The request is not signed with a key of TESSERA_METRICS_QUERY_KEYS.');
  }
}
