import { Controller } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import { ERRORS, type Input } from '@tessera/contracts-rest';
import { isObjectName } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import type { Reply } from '../http/call';
import { Operation } from '../http/operation';

/** MIG configurations of nodes, through the scheduler of their cluster. */
@Controller()
export class MigConfigController {
  constructor(private readonly scheduler: SchedulerClient) {}

  @Operation('get_mig_config')
  async get({ params: { clusterId, nodeName } }: Input<'get_mig_config'>): Reply<'get_mig_config'> {
    return { status: 200, body: await this.scheduler.migConfig(clusterId, named(nodeName)) };
  }

  @Operation('set_mig_config')
  async set({ params, body: { config } }: Input<'set_mig_config'>): Reply<'set_mig_config'> {
    const { clusterId, nodeName } = params;
    const body = await this.scheduler.requestMigConfig(clusterId, named(nodeName), config);
    return { status: 202, body };
  }

  @Operation('withdraw_mig_config')
  async withdraw({ params }: Input<'withdraw_mig_config'>): Reply<'withdraw_mig_config'> {
    const { clusterId, nodeName } = params;
    const body = await this.scheduler.requestMigConfig(clusterId, named(nodeName), null);
    return { status: 200, body };
  }
}

/** Throws 404 for what cannot be the name of a node. */
function named(nodeName: string): string {
  if (!isObjectName(nodeName))
    throw new HttpError(404, ERRORS[404].message, 'The cluster has no node of that name.');
  return nodeName;
}
