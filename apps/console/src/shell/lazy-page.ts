import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const loads = new Set<() => Promise<unknown>>();

/** A page in a file of its own, which is loaded when it is first shown, or by {@link loadOtherPages}. */
export function lazyPage<P>(load: Load<P>): LazyExoticComponent<ComponentType<P>> {
  loads.add(load);
  return lazy(load);
}

/** Loads every page ahead, so that it opens at once, and while the API is away. What fails is loaded when it is shown. */
export function loadOtherPages(): void {
  for (const load of loads) load().catch(() => undefined);
}
