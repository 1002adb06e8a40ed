import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PodLogQuery } from '@tessera/adapter-kubernetes';
import type { MigAnswer, NodeReport } from '@tessera/application-reconciliation';
import { HttpError } from '@tessera/platform-http';
import { answer, assertCluster, type ServiceVerifier } from './internal';

/** Dependencies of the controller, provided to Nest under {@link CLUSTER}. */
export interface ClusterDependencies {
  readonly verifier: ServiceVerifier;
  readonly clusterId: string;
  /** Undefined until the cluster state is loaded. */
  readonly nodes: () => readonly NodeReport[] | undefined;
  /** The MIG configuration of a node. */
  readonly migReport: (node: string) => Promise<MigAnswer>;
  /** Requests a MIG configuration, or clears the request with null. */
  readonly askForMigConfig: (node: string, config: string | null) => Promise<MigAnswer>;
  /** Why the scheduler cannot serve the cluster now; undefined if it can. */
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
const MigQuestion = z.object({ config: z.string().nullable() });

/** The report as sent over the wire; throws on a refusal. */
function shownMig(said: MigAnswer): object {
  switch (said.kind) {
    case 'report': {
      const { change, ...report } = said.report;
      if (change === undefined) return report;
      const { startedAt, since, ...rest } = change;
      const times = { startedAt: new Date(startedAt).toISOString(), since: new Date(since).toISOString() };
      return { ...report, change: { ...rest, ...times } };
    }
    case 'unknown-node':
      throw new HttpError(404, 'Resource id not found.', 'The cluster has no node of that name.');
    case 'invalid':
      throw new HttpError(400, 'The node does not support this MIG configuration.', said.message);
    case 'refused':
      throw new HttpError(409, 'The MIG configuration cannot be changed now.', said.message);
  }
}

const Params = z.object({ clusterId: z.string(), namespace: z.string(), name: z.string() });

/** Heartbeat, nodes and logs of the cluster, for the API, which has checked the caller's rights. */
@Controller('internal/v1/clusters/:clusterId')
export class ClusterController {
  constructor(@Inject(CLUSTER) private readonly parts: ClusterDependencies) {}

  /** The heartbeat. */
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
      if (reports === undefined)
        throw new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');
      return { nodes: reports };
    });
  }

  @Get('nodes/:name/mig-config')
  async migConfig(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, migReport } = this.parts;
    await answer(verifier, request, reply, async () => shownMig(await migReport(this.nodeOf(request))));
  }

  @Post('nodes/:name/mig-config')
  @HttpCode(200)
  async askForMigConfig(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, askForMigConfig } = this.parts;
    await answer(verifier, request, reply, async () => {
      const body = MigQuestion.safeParse(request.body);
      if (!body.success) throw new HttpError(400, 'The request body is invalid.', body.error.message);
      return shownMig(await askForMigConfig(this.nodeOf(request), body.data.config));
    });
  }

  private nodeOf(request: FastifyRequest): string {
    const { clusterId, name } = request.params as { clusterId: string; name: string };
    assertCluster(clusterId, this.parts.clusterId);
    if (this.parts.nodes() === undefined)
      throw new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');
    return name;
  }

  @Get('namespaces/:namespace/pods/:name/log')
  async log(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { verifier, clusterId, log } = this.parts;
    await answer(verifier, request, reply, async () => {
      const { namespace, name, clusterId: asked } = Params.parse(request.params);
      assertCluster(asked, clusterId);
      const query = Query.safeParse(request.query);
      if (!query.success) throw new HttpError(400, 'The query is invalid.', query.error.message);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const lines = await log({ namespace, name }, query.data, gone.signal);
      void reply.type('text/plain; charset=utf-8');
      return Readable.from(lines, { objectMode: false });
    });
  }
}
