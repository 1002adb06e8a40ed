import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { podLog, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { CONNECTION } from '../cluster/cluster.module';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { query } from '../http/zod.pipe';

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const LogQuery = z.object({
  container: z.string().optional(),
  tailLines: z.coerce.number().int().min(0).optional(),
  sinceSeconds: z.coerce.number().int().min(1).optional(),
  timestamps: flag.optional(),
  previous: flag.optional(),
  follow: flag.optional(),
});

/** The logs of pods, for the API, which has checked the caller's rights. */
@Controller('internal/v1/clusters/:clusterId/namespaces/:namespace/pods')
@UseGuards(ServedClusterGuard)
export class LogsController {
  constructor(@Inject(CONNECTION) private readonly connection: KubernetesConnection) {}

  @Get(':name/log')
  async log(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @Query(query(LogQuery)) asked: z.infer<typeof LogQuery>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const lines = await podLog(this.connection, { namespace, name }, asked, gone.signal);
    const sent = reply.type('text/plain; charset=utf-8').send(Readable.from(lines, { objectMode: false }));
    // A followed log may stay silent for hours; the headers tell the client at once that it is open.
    setImmediate(() => reply.raw.flushHeaders());
    await sent;
  }
}
