import type { Route, RouteAnswer, RouteInput } from './route';
import { accessRoutes } from './routes/access';
import { assetRoutes } from './routes/assets';
import { inferenceRoutes } from './routes/inferences';
import { organisationRoutes } from './routes/organisation';
import { revisionRoutes } from './routes/revisions';
import { tesseraRoutes } from './routes/tessera';
import { tokenRoutes } from './routes/tokens';
import { workloadRoutes } from './routes/workloads';

/** Every route of the API by operation id. */
export const ROUTES = {
  ...tokenRoutes,
  ...inferenceRoutes,
  ...revisionRoutes,
  ...workloadRoutes,
  ...organisationRoutes,
  ...assetRoutes,
  ...accessRoutes,
  ...tesseraRoutes,
} as const satisfies Record<string, Route>;

export type OperationId = keyof typeof ROUTES;
export type Input<O extends OperationId> = RouteInput<(typeof ROUTES)[O]>;
export type Answer<O extends OperationId> = RouteAnswer<(typeof ROUTES)[O]>;
