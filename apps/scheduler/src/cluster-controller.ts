import { Readable } from 'node:stream';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PodLogQuery } from '@tessera/adapter-kubernetes';
import type { NodeReport } from '@tessera/application-reconciliation';
import { HttpError } from '@tessera/platform-http';
import { answer, assertCluster, type ServiceVerifier } from './internal';

/** What the controller needs; given to Nest under {@link CLUSTER}. */
export interface ClusterParts {
  readonly verifier: ServiceVerifier;
  readonly clusterId: string;
  /** Undefined until the cluster is known. */
  readonly nodes: () => readonly NodeReport[] | undefined;
  /** Why the cluster cannot be looked after now; undefined when it can. */
  readonly notReady: () => string | undefined;
  readonly log: (
    pod: { readonly namespace: string; readonly name: string },
    query: PodLogQuery,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<Buffer>>;
}
export const CLUSTER = Symbol('parts of the cluster controller');

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const Query = z.object({
  container: z.string().optional(),
  tailLines: z.coerce.number().int().min(0).optional(),
  sinceSeconds: z.coerce.number().int().min(1).optional(),
  timestamps: flag.optional(),
  previous: flag.optional(),
  follow: flag.optional(),
});
const Params = z.object({ clusterId: z.string(), namespace: z.string(), name: z.string() });

/** Signs of life, nodes and logs of the cluster, for the API, which has checked the caller's rights. */
@Controller('internal/v1/clusters/:clusterId')
export class ClusterController {
  constructor(@Inject(CLUSTER) private readonly parts: ClusterParts) {}

  /** A sign of life. */
  @Get()
  async cluster(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, clusterId, notReady } = this.parts;
    await answer(verifier, request, reply, async () => {
      assertCluster((request.params as { clusterId: string }).clusterId, clusterId);
      const why = notReady();
      if (why !== undefined) throw new HttpError(503, why);
      return { clusterId };
    });
  }

  @Get('nodes')
  async nodes(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, clusterId, nodes } = this.parts;
    await answer(verifier, request, reply, async () => {
      assertCluster((request.params as { clusterId: string }).clusterId, clusterId);
      const reports = nodes();
      if (reports === undefined) throw new HttpError(503, 'The cluster is not known yet.');
      return { nodes: reports };
    });
  }

  @Get('namespaces/:namespace/pods/:name/log')
  async log(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, clusterId, log } = this.parts;
    await answer(verifier, request, reply, async () => {
      const { namespace, name, clusterId: asked } = Params.parse(request.params);
      assertCluster(asked, clusterId);
      const query = Query.safeParse(request.query);
      if (!query.success) throw new HttpError(400, 'The question cannot be understood.', query.error.message);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const lines = await log({ namespace, name }, query.data, gone.signal);
      void reply.type('text/plain; charset=utf-8');
      return Readable.from(lines, { objectMode: false });
    });
  }
}
