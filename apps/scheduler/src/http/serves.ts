import { applyDecorators, Get, HttpCode, Post } from '@nestjs/common';
import { INTERNAL_ROUTES, type InternalOperation } from '@tessera/contracts-internal';
import { routerPath } from '@tessera/platform-http';

/** Binds a method of a controller to an operation of the internal contract, which has its method and path. */
export function Serves(operation: InternalOperation): MethodDecorator {
  const { method, path } = INTERNAL_ROUTES[operation];
  const at = routerPath(path);
  return method === 'GET' ? Get(at) : applyDecorators(Post(at), HttpCode(200));
}
