import { Controller } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import type { Input } from '@tessera/contracts-rest';
import type { Reply } from '../http/call';
import { Operation } from '../http/operation';
import { nodeNamed } from './node-name';

/** Cordons of nodes, through the scheduler of their cluster. */
@Controller()
export class CordonController {
  constructor(private readonly scheduler: SchedulerClient) {}

  @Operation('cordon_node')
  async cordon({ params: { clusterId, nodeName } }: Input<'cordon_node'>): Reply<'cordon_node'> {
    return { status: 200, body: await this.scheduler.cordon(clusterId, nodeNamed(nodeName), true) };
  }

  @Operation('uncordon_node')
  async uncordon({ params: { clusterId, nodeName } }: Input<'uncordon_node'>): Reply<'uncordon_node'> {
    return { status: 200, body: await this.scheduler.cordon(clusterId, nodeNamed(nodeName), false) };
  }
}
