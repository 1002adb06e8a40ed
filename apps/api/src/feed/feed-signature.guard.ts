import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SIGNATURE_HEADER, signerOf } from '@tessera/adapter-services';
import { HttpError } from '@tessera/platform-http';
import type { ApiConfig } from '../config';
import { API_CONFIG } from '../providers';

/** The keys with which the requests of gateways admitted so far were signed. */
const SIGNERS = new WeakMap<FastifyRequest, Buffer>();

/** Admits requests that a gateway has signed; see `signatureOf`. */
@Injectable()
export class FeedSignatureGuard implements CanActivate {
  constructor(@Inject(API_CONFIG) private readonly config: Pick<ApiConfig, 'TESSERA_GATEWAY_REPORT_KEYS'>) {}

  /** Throws 401 for a request without a valid signature. */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { TESSERA_GATEWAY_REPORT_KEYS: keys } = this.config;
    const signer = signerOf(keys, request.headers[SIGNATURE_HEADER], { path: request.url, body: '' });
    if (signer === undefined)
      throw new HttpError(401, 'The request is not signed with a key of TESSERA_GATEWAY_REPORT_KEYS.');
    SIGNERS.set(request, signer);
    return true;
  }
}

/** The key that signed an admitted request. */
export function signerOfRequest(request: FastifyRequest): Buffer {
  const signer = SIGNERS.get(request);
  if (signer === undefined) throw new Error('the route has no FeedSignatureGuard');
  return signer;
}
