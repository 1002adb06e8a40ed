import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createLogger } from '@tessera/platform-logging';
import { Registry } from '@tessera/platform-telemetry';
import { beginDeadline } from '../limits/deadline';
import { PrefixMemories } from '../affinity/prefix-memory';
import { GatewayMetrics } from '../metrics';
import { HoldSlots } from '../routing/hold-queue';
import { RoutingTable } from '../routing/routing-table';
import { Workload } from '../routing/workload';
import { Admission } from './admission';
import { FailureLog } from './failure-log';

const now = (): number => 0;

describe('the wait of a request for a replica', () => {
  const table = new RoutingTable({ holdLimit: 10, holdTotal: 10, cacheMs: 1_000, now });
  const admission = new Admission({
    metrics: new GatewayMetrics(new Registry(), table, now),
    failureLog: new FailureLog(createLogger('test', 'silent'), now),
    holdMs: 3_600_000,
    quietPaths: new Set(),
    now,
  });
  const requester = { caller: 'key/k', priority: 'normal' } as const;
  const setHeaders = (): void => undefined;
  let workload: Workload;
  let response: ServerResponse;
  beforeEach(() => {
    const slots = new HoldSlots(10);
    workload = new Workload('p', 'w', {
      prefixes: new PrefixMemories({ each: 1, total: 1 }),
      holdLimit: 10,
      slots,
      onWake: () => undefined,
      gateways: () => 1,
      now,
    });
    response = new ServerResponse(new IncomingMessage(new Socket()));
  });

  it('does not begin where the deadline has passed already', async () => {
    const deadline = beginDeadline(1, response);
    await new Promise((resolve) => deadline?.signal.addEventListener('abort', resolve));
    expect(
      await admission.admit(workload, '/', response, { requester, deadline, setHeaders }),
    ).toBeUndefined();
    expect([response.statusCode, workload.held]).toEqual([504, 0]);
  });

  it('does not begin where the client has disconnected already', async () => {
    response.destroy();
    expect(
      await admission.admit(workload, '/', response, { requester, deadline: undefined, setHeaders }),
    ).toBeUndefined();
    expect(workload.held).toBe(0);
  });
});
