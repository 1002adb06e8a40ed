import { applyDecorators, Get, HttpCode, Post } from '@nestjs/common';
import { routerPath } from '../path';

/** Method and path of the operations of a contract. */
type RouteTable = Readonly<Record<string, { readonly method: 'GET' | 'POST'; readonly path: string }>>;

/** A decorator that binds a method of a controller to an operation of the table, which has its method and path. */
export const servesFrom =
  <R extends RouteTable>(routes: R): ((operation: keyof R & string) => MethodDecorator) =>
  (operation) => {
    const { method, path } = routes[operation] as RouteTable[string];
    const at = routerPath(path);
    return method === 'GET' ? Get(at) : applyDecorators(Post(at), HttpCode(200));
  };
