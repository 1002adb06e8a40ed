import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Page, Paged, Sorting } from '@tessera/application-control-plane';
import type { Fields } from './conditions';

/** A list: its query with the alias of its table, and the fields by which it can be sorted. */
export interface List<Row extends ObjectLiteral, Item> {
  readonly query: SelectQueryBuilder<Row>;
  readonly fields: Fields;
  readonly toItem: (row: Row, columns: Readonly<Record<string, unknown>>) => Item;
}

/** A page of a list. Ties are broken by time and id, so that pages never overlap. */
export async function pageOf<Row extends ObjectLiteral, Item>(
  { query, fields, toItem }: List<Row, Item>,
  { by, order }: Sorting,
  { offset, limit }: Page,
): Promise<Paged<Item>> {
  const { alias } = query;
  const direction = order === 'desc' ? 'DESC' : 'ASC';
  const first = by === undefined ? undefined : fields[by];
  // In parentheses it is an expression: TypeORM would remove the bare name of a property from the entity.
  if (first !== undefined)
    query.addSelect(`(${first.sql})`, 'sorted').addOrderBy('sorted', direction, 'NULLS LAST');
  query.addOrderBy(`${alias}.createdAt`, direction).addOrderBy(`${alias}.id`, direction);
  // One row more than the page, to know whether there is a next page.
  const { entities, raw } = await query
    .limit(limit + 1)
    .offset(offset)
    .getRawAndEntities<ObjectLiteral>();
  const items = entities.slice(0, limit).map((row, at) => toItem(row, raw[at] ?? {}));
  return entities.length > limit ? { items, next: offset + limit } : { items };
}
