import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/**
 * Provides what `create` makes from named dependencies, each given by its token. A dependency whose token is a class is
 * checked against the type that `create` expects.
 */
export function provided<P extends object>(
  provide: InjectionToken,
  tokens: { readonly [K in keyof P]-?: InjectionToken<P[K]> | symbol },
  create: (dependencies: P) => unknown,
): FactoryProvider {
  const names = Object.keys(tokens);
  return {
    provide,
    inject: Object.values<InjectionToken>(tokens),
    useFactory: (...values: readonly unknown[]) =>
      create(Object.fromEntries(names.map((name, index) => [name, values[index]])) as P),
  };
}
