import type { Route, RouteAnswer, RouteInput } from './route';
import { inferenceRoutes } from './routes/inferences';
import { tokenRoutes } from './routes/tokens';
import { workloadRoutes } from './routes/workloads';

/** Every route of the API by operation id. */
export const ROUTES = { ...tokenRoutes, ...inferenceRoutes, ...workloadRoutes } as const satisfies Record<
  string,
  Route
>;

export type OperationId = keyof typeof ROUTES;
export type Input<O extends OperationId> = RouteInput<(typeof ROUTES)[O]>;
export type Answer<O extends OperationId> = RouteAnswer<(typeof ROUTES)[O]>;
