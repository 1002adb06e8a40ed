import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KubernetesApiError } from '@tessera/adapter-kubernetes';
import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { NotLeadingError } from '@tessera/application-reconciliation';
import { KeysUnavailableError, TokenError, type TokenVerifier } from '@tessera/adapter-oidc';
import { HttpError } from '@tessera/platform-http';

/** Verifies the tokens that our services present to each other. */
export type ServiceVerifier = Pick<TokenVerifier, 'verifyHeader'>;

/** Answers a request of one of our services; that service has checked the caller's rights. */
export async function answer(
  verifier: ServiceVerifier,
  request: FastifyRequest,
  reply: FastifyReply,
  respond: () => Promise<unknown>,
): Promise<void> {
  try {
    await verifier.verifyHeader(request.headers.authorization);
    const body = await respond();
    const sent = reply.send(body);
    // A followed log may stay silent for hours; the headers tell the client at once that it is open.
    if (body instanceof Readable) setImmediate(() => reply.raw.flushHeaders());
    await sent;
  } catch (error) {
    const refused = toHttpError(error);
    await reply.status(refused.status).headers(refused.headers).send(refused.body());
  }
}

/** Refuses a request for another cluster. */
export function assertCluster(asked: string, served: string): void {
  if (asked.toLowerCase() !== served.toLowerCase())
    throw new HttpError(404, `This scheduler serves the cluster ${served}.`);
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError) return new HttpError(401, error.message);
  if (error instanceof NotLeadingError)
    return new HttpError(503, 'Another scheduler is the leader; try again.', error.message);
  if (error instanceof KeysUnavailableError) return new HttpError(503, error.message);
  if (isDatabaseUnavailable(error))
    return new HttpError(503, 'The database is unavailable; try again.', undefined, { 'retry-after': '1' });
  if (error instanceof KubernetesApiError && (error.status === 400 || error.status === 404))
    return new HttpError(error.status, 'The cluster refused the request.', error.body.message);
  return new HttpError(500, 'Unexpected error.');
}
