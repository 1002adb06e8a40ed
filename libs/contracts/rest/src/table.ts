import type { Route, RouteAnswer, RouteInput } from './route';
import { accessRoutes } from './routes/access';
import { assetRoutes } from './routes/assets';
import { inferenceRoutes } from './routes/inferences';
import { clusterRoutes } from './routes/organisation/clusters';
import { departmentRoutes } from './routes/organisation/departments';
import { nodePoolRoutes } from './routes/organisation/node-pools';
import { policyRoutes } from './routes/organisation/policies';
import { projectRoutes } from './routes/organisation/projects';
import { metricsRoutes } from './routes/metrics';
import { revisionRoutes } from './routes/revisions';
import { modelAliasRoutes } from './routes/model-aliases';
import { servingKeyRoutes } from './routes/serving-keys';
import { servingLimitRoutes } from './routes/serving-limits';
import { telemetryRoutes } from './routes/telemetry';
import { tesseraRoutes } from './routes/tessera';
import { tokenRoutes } from './routes/tokens';
import { usageRoutes } from './routes/usage';
import { workloadRoutes } from './routes/workloads';

/** Every route of the API by operation id. */
export const ROUTES = {
  ...tokenRoutes,
  ...inferenceRoutes,
  ...revisionRoutes,
  ...workloadRoutes,
  ...departmentRoutes,
  ...projectRoutes,
  ...clusterRoutes,
  ...nodePoolRoutes,
  ...metricsRoutes,
  ...telemetryRoutes,
  ...policyRoutes,
  ...assetRoutes,
  ...accessRoutes,
  ...tesseraRoutes,
  ...servingKeyRoutes,
  ...servingLimitRoutes,
  ...modelAliasRoutes,
  ...usageRoutes,
} as const satisfies Record<string, Route>;

export type OperationId = keyof typeof ROUTES;
export type Input<O extends OperationId> = RouteInput<(typeof ROUTES)[O]>;
export type Answer<O extends OperationId> = RouteAnswer<(typeof ROUTES)[O]>;
