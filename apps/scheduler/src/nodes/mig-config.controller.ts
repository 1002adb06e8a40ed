import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { KubernetesMigNodes } from '@tessera/adapter-kubernetes';
import { askForMigConfig, migReport, type MigAnswer } from '@tessera/application-reconciliation';
import { HttpError } from '@tessera/platform-http';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { body } from '../http/zod.pipe';
import { ClusterNodes } from './cluster-nodes';

/** A MIG configuration, or null to clear the request for one. */
const Question = z.object({ config: z.string().nullable() });
type Question = z.infer<typeof Question>;

/** The MIG configuration of a node, for the API, which has checked the caller's rights. */
@Controller('internal/v1/clusters/:clusterId/nodes/:name/mig-config')
@UseGuards(ServedClusterGuard)
export class MigConfigController {
  constructor(
    private readonly nodes: ClusterNodes,
    private readonly migNodes: KubernetesMigNodes,
  ) {}

  @Get()
  async report(@Param('name') name: string): Promise<object> {
    this.nodes.assertLoaded();
    return reported(await migReport(this.migNodes, name));
  }

  @Post()
  @HttpCode(200)
  async request(@Param('name') name: string, @Body(body(Question)) { config }: Question): Promise<object> {
    this.nodes.assertLoaded();
    return reported(await askForMigConfig(this.migNodes, name, config ?? undefined));
  }
}

/** The report as sent over the wire; throws for a refusal. */
function reported(answer: MigAnswer): object {
  switch (answer.kind) {
    case 'report': {
      const { change, ...report } = answer.report;
      if (change === undefined) return report;
      const { startedAt, since, ...rest } = change;
      const times = { startedAt: new Date(startedAt).toISOString(), since: new Date(since).toISOString() };
      return { ...report, change: { ...rest, ...times } };
    }
    case 'unknown-node':
      throw new HttpError(404, 'Resource id not found.', 'The cluster has no node of that name.');
    case 'invalid':
      throw new HttpError(400, 'The node does not support this MIG configuration.', answer.message);
    case 'refused':
      throw new HttpError(409, 'The MIG configuration cannot be changed now.', answer.message);
  }
}
