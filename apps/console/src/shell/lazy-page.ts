import { createElement, lazy, useState, type ComponentType, type FunctionComponent } from 'react';

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

const loads = new Map<() => Promise<unknown>, string>();

/**
 * A page in a file of its own, which is loaded when it is first shown, or ahead; `at` is the first part of its address.
 * One that has been loaded is drawn at once: React would draw a placeholder first, and keep it for 300 ms.
 */
export function lazyPage<P extends object>(at: string, load: Load<P>): FunctionComponent<P> {
  let loaded: ComponentType<P> | undefined;
  const keep: Load<P> = async () => {
    const module = await load();
    loaded = module.default;
    return module;
  };
  loads.set(keep, at);
  const later = lazy(keep);
  return function Page(props) {
    // Stays the same while it is shown: React would mount another component from scratch.
    const [page] = useState<ComponentType<P>>(() => loaded ?? later);
    return createElement(page, props);
  };
}

/** Loads every page ahead, so that it opens at once, and while the API is away. What fails is loaded when it is shown. */
export function loadOtherPages(): void {
  for (const load of loads.keys()) load().catch(() => undefined);
}

/** Loads the pages at the first part of an address; resolves after `mostMs` at the latest, also where that fails. */
export async function loadPagesAt(pathname: string, mostMs: number): Promise<void> {
  const [, first = ''] = pathname.split('/');
  const wanted = [...loads].filter(([, at]) => at === first).map(([load]) => load());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, mostMs)));
  await Promise.race([Promise.allSettled(wanted), late]);
  clearTimeout(timer);
}
