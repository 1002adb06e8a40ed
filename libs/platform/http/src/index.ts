export { closeServer, createAdminServer, listen, serveAdmin, type Admin } from './admin';
export { AdminServer } from './admin-server';
export { FreshConnections, interceptConnections, type Protocols } from './by-protocol';
export { clientAddress, isTrustedProxy, trustedProxies, type TrustedProxies } from './client-address';
export { contained } from './contained';
export { httpErrors } from './error-table';
export { HttpError } from './errors';
export { HealthWatch } from './health-watch';
export { pathOf, routerPath } from './path';
