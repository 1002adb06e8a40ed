import { z } from 'zod';
import { PAGE } from '../costs';
import { right, route } from '../route';
import { LENGTH } from '../schemas/bounds';
import { paging } from '../schemas/list-query';
import { Id, queryInteger, queryList, queryTime } from '../schemas/primitives';
import { IdleWorkloads } from '../schemas/usage/idle';
import { USAGE_GROUP_BY, UsageReport } from '../schemas/usage/usage-report';

const names = (most: number, example: string) =>
  queryList(z.string().min(1).max(most))
    .optional()
    .meta({ example: [example] });

/** Usage of GPUs. */
export const usageRoutes = {
  get_usage: route({
    method: 'GET',
    path: '/api/v1/tessera/usage',
    summary: 'Get usage.',
    description:
      'GPU-hours, requests, tokens and cost of the workloads that the caller may see, also of deleted ones, summed up by up to four groups. Counted are the full hours (UTC) that `start` and `end` lie in, up to the present. As CSV with `Accept: text/csv`.',
    tag: 'Tessera',
    query: {
      start: queryTime.meta({ example: '2026-01-01T00:00:00.000Z' }),
      end: queryTime.meta({ example: '2026-02-01T00:00:00.000Z' }),
      groupBy: queryList(z.enum(USAGE_GROUP_BY), 4)
        .default([])
        .meta({ example: ['project', 'day'] }),
      workloadId: queryList(Id)
        .optional()
        .meta({ example: ['5f4c6f0a-6a1e-4a51-9d0c-0f6a2f0c1b11'] }),
      projectId: names(LENGTH.id, '1'),
      departmentId: names(LENGTH.id, '2'),
      nodePool: names(LENGTH.name, 'my-node-pool-a'),
      ...paging,
    },
    answers: {
      200: { description: 'Executed successfully.', schema: UsageReport, also: ['text/csv'] },
    },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('workloads', 'read', 'visible'),
  }),
  get_idle_workloads: route({
    method: 'GET',
    path: '/api/v1/tessera/usage/idle',
    summary: 'Find idle workloads.',
    description:
      'Workloads that hold GPUs now and have had no work for at least `minHours`: no request, and a utilisation below the limit. Those that waste most GPU time come first. A workload without measurements is left out.',
    tag: 'Tessera',
    query: { minHours: queryInteger(1, 8760, 24), ...paging },
    answers: { 200: { description: 'Executed successfully.', schema: IdleWorkloads } },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('workloads', 'read', 'visible'),
  }),
};
