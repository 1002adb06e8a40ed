import type { SchedulerClient } from '@tessera/adapter-services';
import { ERRORS } from '@tessera/contracts-rest';
import { isObjectName } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import type { Handlers } from '../http/call';

type MigHandlers = Pick<Handlers, 'get_mig_config' | 'set_mig_config' | 'withdraw_mig_config'>;

/** MIG configurations of nodes, through the scheduler of their cluster. */
export const migHandlers = (scheduler: SchedulerClient): MigHandlers => ({
  get_mig_config: async ({ params: { clusterId, nodeName } }) => ({
    status: 200,
    body: await scheduler.migConfig(clusterId, named(nodeName)),
  }),
  set_mig_config: async ({ params: { clusterId, nodeName }, body: { config } }) => ({
    status: 202,
    body: await scheduler.requestMigConfig(clusterId, named(nodeName), config),
  }),
  withdraw_mig_config: async ({ params: { clusterId, nodeName } }) => ({
    status: 200,
    body: await scheduler.requestMigConfig(clusterId, named(nodeName), null),
  }),
});

/** Throws 404 for what cannot be the name of a node. */
function named(nodeName: string): string {
  if (!isObjectName(nodeName))
    throw new HttpError(404, ERRORS[404].message, 'The cluster has no node of that name.');
  return nodeName;
}
