import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { MetadataScanner } from '@nestjs/core';
import { ROUTES, type Input } from '@tessera/contracts-rest';
import { ApiModule } from '../api.module';
import type { Call, Reply } from './call';
import { Operation, operationOf } from './operation';

/** A module and all that it imports. */
function modulesOf(module: Type, found = new Set<Type>()): ReadonlySet<Type> {
  if (found.has(module)) return found;
  found.add(module);
  for (const imported of listed<Type | DynamicModule>(module, MODULE_METADATA.IMPORTS))
    modulesOf('module' in imported ? imported.module : imported, found);
  return found;
}

const listed = <T>(module: Type, key: string): readonly T[] =>
  (Reflect.getMetadata(key, module) as readonly T[] | undefined) ?? [];

/** Controller methods that are bound to an operation: `Controller.method` with the operation. */
function boundMethods(): readonly (readonly [method: string, operation: string])[] {
  const controllers = [...modulesOf(ApiModule)].flatMap((module) =>
    listed<Type>(module, MODULE_METADATA.CONTROLLERS),
  );
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Readonly<Record<string, object>>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const operation = operationOf(prototype[name] ?? {});
      return operation === undefined ? [] : [[`${controller.name}.${name}`, operation] as const];
    });
  });
}

describe('the controllers', () => {
  it('have exactly one method for each operation of the route table, and none beside', () => {
    const operations = boundMethods().map(([, operation]) => operation);
    expect(operations.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });
});

describe('a method bound to an operation', () => {
  it('does not compile with an answer that the route table does not have', () => {
    class Wrong {
      // @ts-expect-error: the status is 204
      @Operation('delete_inference')
      async delete(_input: Input<'delete_inference'>): Promise<{ readonly status: 200 }> {
        return { status: 200 };
      }

      // @ts-expect-error: the count is a number
      @Operation('count_workloads')
      async count(): Promise<{ readonly status: 200; readonly body: { readonly count: string } }> {
        return { status: 200, body: { count: '1' } };
      }
    }
    expect(operationOf(Wrong.prototype.delete)).toBe('delete_inference');
  });

  it('does not compile with an input that the route table does not have', () => {
    class Wrong {
      // @ts-expect-error: the path has a workload id and no name
      @Operation('get_inference')
      async get(
        { params }: { readonly params: { readonly name: string } },
        _call: Call,
      ): Reply<'get_inference'> {
        throw new Error(params.name);
      }
    }
    expect(operationOf(Wrong.prototype.get)).toBe('get_inference');
  });
});
