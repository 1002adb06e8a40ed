import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
  type RawBodyRequest,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isSignedBy, SIGNATURE_HEADER } from '@tessera/adapter-services';
import { HttpError } from '@tessera/platform-http';
import type { SchedulerConfig } from '../config';
import { CONFIG } from '../settings/tokens';

export type ReportKeys = Pick<SchedulerConfig, 'TESSERA_GATEWAY_REPORT_KEYS'>;

/** Admits messages that a gateway of this cluster has signed; see `signatureOf`. */
@Injectable()
export class GatewaySignatureGuard implements CanActivate {
  constructor(@Inject(CONFIG) private readonly config: ReportKeys) {}

  /** Throws 401 for a message without a valid signature. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>();
    const signature = request.headers[SIGNATURE_HEADER];
    const { TESSERA_GATEWAY_REPORT_KEYS: keys } = this.config;
    if (isSignedBy(keys, signature, request.url, request.rawBody ?? '')) return true;
    throw new HttpError(401, 'The message is not signed with a key of TESSERA_GATEWAY_REPORT_KEYS.');
  }
}

/** Marks routes whose messages gateways sign instead of presenting a service token. */
export const SIGNED_BY_GATEWAY = 'signed by a gateway';
export const SignedByGateway = () => SetMetadata(SIGNED_BY_GATEWAY, true);
