import { Controller } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import type { Input } from '@tessera/contracts-rest';
import type { Reply } from '../http/call';
import { Operation } from '../http/operation';
import { nodeNamed } from './node-name';

/** MIG configurations of nodes, through the scheduler of their cluster. */
@Controller()
export class MigConfigController {
  constructor(private readonly scheduler: SchedulerClient) {}

  @Operation('get_mig_config')
  async get({ params: { clusterId, nodeName } }: Input<'get_mig_config'>): Reply<'get_mig_config'> {
    return { status: 200, body: await this.scheduler.migConfig(clusterId, nodeNamed(nodeName)) };
  }

  @Operation('set_mig_config')
  async set({ params, body: { config } }: Input<'set_mig_config'>): Reply<'set_mig_config'> {
    const { clusterId, nodeName } = params;
    const body = await this.scheduler.requestMigConfig(clusterId, nodeNamed(nodeName), config);
    return { status: 202, body };
  }

  @Operation('withdraw_mig_config')
  async withdraw({ params }: Input<'withdraw_mig_config'>): Reply<'withdraw_mig_config'> {
    const { clusterId, nodeName } = params;
    const body = await this.scheduler.requestMigConfig(clusterId, nodeNamed(nodeName), null);
    return { status: 200, body };
  }
}
