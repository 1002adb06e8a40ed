import { randomUUID } from 'node:crypto';
import {
  Inject,
  Injectable,
  type CanActivate,
  type ExecutionContext,
  type RawBodyRequest,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isSignedBy, RECEIVER_HEADER, SIGNATURE_HEADER } from '@tessera/adapter-services';
import { HttpError } from '@tessera/platform-http';
import type { SchedulerConfig } from '../config';
import { CONFIG } from '../settings/tokens';

export type ReportKeys = Pick<SchedulerConfig, 'TESSERA_GATEWAY_REPORT_KEYS'>;

/**
 * Admits messages that a gateway of this cluster has signed for this process; see `signatureOf`. Messages
 * recorded before the process started are for another receiver.
 */
@Injectable()
export class GatewaySignatureGuard implements CanActivate {
  private readonly receiver = randomUUID();

  constructor(@Inject(CONFIG) private readonly config: ReportKeys) {}

  /** Throws 401 for a message without a valid signature, 409 with the id of this process for one to another. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>();
    const signature = request.headers[SIGNATURE_HEADER];
    const { TESSERA_GATEWAY_REPORT_KEYS: keys } = this.config;
    const receiver = String(request.headers[RECEIVER_HEADER] ?? '');
    const message = { path: request.url, receiver, body: request.rawBody ?? '' };
    if (!isSignedBy(keys, signature, message))
      throw new HttpError(401, 'The message is not signed with a key of TESSERA_GATEWAY_REPORT_KEYS.');
    if (receiver === this.receiver) return true;
    const headers = { [RECEIVER_HEADER]: this.receiver };
    throw new HttpError(409, 'The message is for another process of the scheduler.', undefined, headers);
  }
}
