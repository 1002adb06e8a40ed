import { Controller, Get, Header, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SIGNATURE_HEADER, signatureOf } from '@tessera/adapter-services';
import { INTERNAL_ROUTES } from '@tessera/contracts-internal';
import { HttpError, routerPath } from '@tessera/platform-http';
import { FeedSignatureGuard, signerOfRequest } from './feed-signature.guard';
import { FeedWatch } from './feed-watch';

const { path: PATH, query: QUERY } = INTERNAL_ROUTES.gatewayFeed;

/** The feed of the gateways of one cluster: keys, limits and model aliases. */
@Controller()
@UseGuards(FeedSignatureGuard)
export class FeedController {
  constructor(private readonly watch: FeedWatch) {}

  @Get(routerPath(PATH))
  @Header('content-type', 'application/json; charset=utf-8')
  async feed(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const query = QUERY.safeParse(request.query);
    if (!query.success) throw new HttpError(400, 'Invalid query parameters.', z.prettifyError(query.error));
    const { clusterId } = request.params as { readonly clusterId: string };
    const answer = await this.watch.since(clusterId, query.data.since);
    if (answer === undefined) throw new HttpError(404, `There is no cluster ${clusterId}.`);
    const body = JSON.stringify(answer);
    const signature = signatureOf(signerOfRequest(request), { path: request.url, body });
    void reply.header(SIGNATURE_HEADER, signature);
    return body;
  }
}
