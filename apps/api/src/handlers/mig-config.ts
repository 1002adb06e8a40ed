import { ERRORS, type Answer } from '@tessera/contracts-rest';
import { isObjectName } from '@tessera/domain-workload';
import { HttpError, pathOf } from '@tessera/platform-http';
import type { Handlers } from '../http/call';
import type { SchedulerClient } from './scheduler-client';

type MigHandlers = Pick<Handlers, 'get_mig_config' | 'set_mig_config' | 'withdraw_mig_config'>;
type Report = Answer<'get_mig_config'>['body'];
interface Place {
  readonly clusterId: string;
  readonly nodeName: string;
}

/** MIG configurations of nodes, through the scheduler of their cluster. */
export function migHandlers(scheduler: SchedulerClient): MigHandlers {
  const ask = async ({ clusterId, nodeName }: Place, body?: object): Promise<Report> => {
    if (!isObjectName(nodeName))
      throw new HttpError(404, ERRORS[404].message, 'The cluster has no node of that name.');
    return scheduler.json(clusterId, pathOf('clusters', clusterId, 'nodes', nodeName, 'mig-config'), body);
  };
  return {
    get_mig_config: async ({ params }) => ({ status: 200, body: await ask(params) }),
    set_mig_config: async ({ params, body: { config } }) => ({
      status: 202,
      body: await ask(params, { config }),
    }),
    withdraw_mig_config: async ({ params }) => ({ status: 200, body: await ask(params, { config: null }) }),
  };
}
