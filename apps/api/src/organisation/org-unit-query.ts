import { visibility, type OrgUnitQuery, type Sorting } from '@tessera/application-control-plane';
import { readFilter } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';
import { principalOf, type Call } from '../http/call';

interface ListQuery {
  readonly sortBy?: string | undefined;
  readonly sortOrder: 'asc' | 'desc';
}

/** Order of a list as its query gives it. */
export const sorting = ({ sortBy, sortOrder }: ListQuery): Sorting => ({
  order: sortOrder,
  ...maybe('by', sortBy),
});
/** What a list of organisation units shows: what the caller may see, filtered as its query says. */
export const orgUnitQuery = (
  resource: 'projects' | 'departments',
  {
    filterBy,
    search,
  }: { readonly filterBy?: readonly string[] | undefined; readonly search?: string | undefined },
  call: Call,
): OrgUnitQuery => ({
  seen: visibility(principalOf(call), resource),
  filters: (filterBy ?? []).map(readFilter),
  ...maybe('search', search),
});
/** `next` of a page, where there is one. */
export const next = (page: { readonly next?: number }): { readonly next?: number } =>
  page.next === undefined ? {} : { next: page.next };
