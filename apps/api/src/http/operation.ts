import { createParamDecorator, RequestMapping, RequestMethod, type ExecutionContext } from '@nestjs/common';
import { ROUTES, type Input, type OperationId } from '@tessera/contracts-rest';
import type { FastifyRequest } from 'fastify';
import { callOf, type ActiveCall } from './active-call';
import type { Call, Reply } from './call';
import { ZodPipe } from './pipes/zod.pipe';
import { routerPath } from '@tessera/platform-http';

const OPERATION = Symbol('operation');

/** A controller method of the operation: takes the decoded path, query and body, and what else is known of the call. */
export type OperationMethod<O extends OperationId> = (input: Input<O>, call: Call) => Reply<O>;

/**
 * Binds a controller method to an operation of the route table, which says its HTTP method, path, permission, schemas,
 * audit and limits. The parameters need no decorators: the first is the input decoded by the {@link ZodPipe}, the second
 * the call. A method whose input or answer differs from the table does not compile.
 */
export const Operation =
  <O extends OperationId>(operation: O) =>
  <M extends OperationMethod<O>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const { method, path } = ROUTES[operation];
    RequestMapping({ method: RequestMethod[method], path: routerPath(path) })(target, name, descriptor);
    Decoded(ZodPipe)(target, name, 0);
    CurrentCall()(target, name, 1);
    Reflect.defineMetadata(OPERATION, operation, descriptor.value as object);
  };

/** The operation to which a controller method, or Nest's handler of it, is bound. */
export const operationOf = (method: object): OperationId | undefined =>
  Reflect.getMetadata(OPERATION, method) as OperationId | undefined;

const callIn = (_data: unknown, context: ExecutionContext): ActiveCall => {
  const call = callOf(context.getArgByIndex<FastifyRequest>(0));
  if (call === undefined)
    throw new Error('the method is not bound to an operation; decorate it with @Operation');
  return call;
};
const CurrentCall = createParamDecorator(callIn);
/** Starts from the call; the pipe decodes its input. */
const Decoded = createParamDecorator(callIn);
