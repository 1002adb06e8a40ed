import type { Page, Paged } from '@tessera/application-control-plane';

const PAGE = 500;

/** The items of all pages of a list. */
export async function everyPage<T>(read: (page: Page) => Promise<Paged<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const page: Paged<T> = await read({ offset, limit: PAGE });
    items.push(...page.items);
    offset = page.next;
  }
  return items;
}
