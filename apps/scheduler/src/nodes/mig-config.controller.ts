import { Body, Controller, Param, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { KubernetesMigNodes } from '@tessera/adapter-kubernetes';
import { requestMigConfig, migReport, type MigAnswer } from '@tessera/application-reconciliation';
import { INTERNAL_ROUTES, type InternalAnswer } from '@tessera/contracts-internal';
import { HttpError } from '@tessera/platform-http';
import { body } from '@tessera/platform-http/nest';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { ClusterNodes } from './cluster-nodes';

type Report = InternalAnswer<'migConfig'>['body'];
const { body: Request } = INTERNAL_ROUTES.requestMigConfig;

/** The MIG configuration of a node, for the API, which has checked the caller's rights. */
@Controller()
@UseGuards(ServedClusterGuard)
export class MigConfigController {
  constructor(
    private readonly nodes: ClusterNodes,
    private readonly migNodes: KubernetesMigNodes,
  ) {}

  @Serves('migConfig')
  async report(@Param('name') name: string): Promise<Report> {
    this.nodes.assertLoaded();
    return reported(await migReport(this.migNodes, name));
  }

  @Serves('requestMigConfig')
  async request(
    @Param('name') name: string,
    @Body(body(Request)) { config }: z.infer<typeof Request>,
  ): Promise<Report> {
    this.nodes.assertLoaded();
    return reported(await requestMigConfig(this.migNodes, name, config ?? undefined));
  }
}

/** The report as sent over the wire; throws for a refusal. */
function reported(answer: MigAnswer): Report {
  switch (answer.kind) {
    case 'report': {
      const { change, ...rest } = answer.report;
      const report = { ...rest, configs: [...rest.configs] };
      if (change === undefined) return report;
      const { startedAt, since, ...progress } = change;
      const times = { startedAt: new Date(startedAt).toISOString(), since: new Date(since).toISOString() };
      return { ...report, change: { ...progress, ...times } };
    }
    case 'unknown-node':
      throw new HttpError(404, 'Resource id not found.', 'The cluster has no node of that name.');
    case 'invalid':
      throw new HttpError(400, 'The node does not support this MIG configuration.', answer.message);
    case 'refused':
      throw new HttpError(409, 'The MIG configuration cannot be changed now.', answer.message);
  }
}
