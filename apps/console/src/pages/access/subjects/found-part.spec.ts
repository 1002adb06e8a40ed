import { pageOf, SIZE } from './found-part';

const entries = Array.from({ length: 120 }, (_, index) => ({ name: `App-${index}`, id: `id-${index}` }));
const namesOf = ({ name, id }: { readonly name: string; readonly id: string }): string[] => [name, id];
const page = (search: string, offset: number) => pageOf(entries, namesOf, { search, offset });

it('shows a page of all, and of what has the text in a name, whatever its case', () => {
  expect(page('', 0)).toEqual({ total: 120, page: entries.slice(0, SIZE) });
  expect(page('', 100)).toEqual({ total: 120, page: entries.slice(100) });
  expect(page('app-11', 0)).toEqual({ total: 11, page: [entries[11], ...entries.slice(110)] });
  expect(page('ID-7', 10).page).toEqual(entries.filter(({ id }) => id.startsWith('id-7')).slice(10));
  expect(page('nobody', 0)).toEqual({ total: 0, page: [] });
});
