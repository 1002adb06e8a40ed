import { Readable } from 'node:stream';
import { Controller, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { podLog, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { INTERNAL_ROUTES, type PodLogQuery } from '@tessera/contracts-internal';
import { query } from '@tessera/platform-http/nest';
import { CONNECTION } from '../cluster/cluster.module';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';

/** The logs of pods, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class LogsController {
  constructor(@Inject(CONNECTION) private readonly connection: KubernetesConnection) {}

  @Serves('podLog')
  async log(
    @Param('namespace') namespace: string,
    @Param('name') name: string,
    @Query(query(INTERNAL_ROUTES.podLog.query)) asked: PodLogQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const lines = await podLog(this.connection, { namespace, name }, asked, gone.signal);
    const sent = reply.type('text/plain; charset=utf-8').send(Readable.from(lines, { objectMode: false }));
    // A followed log may stay silent for hours; the headers show the client at once that it is open.
    setImmediate(() => reply.raw.flushHeaders());
    await sent;
  }
}
