import { z } from 'zod';
import { ITEMS, LENGTH } from './bounds';
import { bounded, queryFlag, queryInteger, querySingle, queryText } from './primitives';

export const FILTER_OPERATORS = ['==', '!=', '<=', '>=', '=@', '!@', '=^', '=$'] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** One condition of `filterBy`. */
export interface Filter<F extends string = string> {
  readonly field: F;
  readonly operator: FilterOperator;
  readonly value: string;
}

const OPERATORS = '(==|!=|<=|>=|=@|!@|=\\^|=\\$)';

/**
 * `filterBy`: conditions separated by commas, or the key repeated; all must match. A comma separates conditions only
 * where another condition follows it; otherwise it is part of the value.
 */
export function filterBy<const F extends readonly string[]>(names: F) {
  const pattern = `^(${names.join('|')})${OPERATORS}.+$`;
  const condition = new RegExp(pattern, 's');
  const border = new RegExp(`,(?=(?:${names.join('|')})${OPERATORS})`);
  const separate = (value: unknown): unknown =>
    value === undefined
      ? undefined
      : (Array.isArray(value) ? value : [value]).flatMap((part) => splitAt(String(part), border));
  return z
    .preprocess(
      separate,
      z
        .array(
          bounded(LENGTH.name).regex(
            condition,
            `is not a filter; write <field><operator><value>, with a field of ${names.join(', ')} and an operator of ${FILTER_OPERATORS.join(' ')}`,
          ),
        )
        .max(ITEMS.query)
        .optional(),
    )
    .meta({ example: [`${names[0]}!=some-value`] });
}

/** Splits manually: `split` by a pattern with groups would return the groups as well. */
function splitAt(text: string, border: RegExp): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  for (let match = border.exec(rest); match !== null; match = border.exec(rest)) {
    parts.push(rest.slice(0, match.index));
    rest = rest.slice(match.index + 1);
  }
  return [...parts, rest];
}

/** Parses a condition that {@link filterBy} accepted. */
export function readFilter(condition: string): Filter {
  const match = new RegExp(`^([A-Za-z]+)${OPERATORS}(.+)$`, 's').exec(condition);
  if (match === null) throw new Error(`not a filter: ${condition}`);
  return { field: match[1] ?? '', operator: match[2] as FilterOperator, value: match[3] ?? '' };
}

export const sortOrder = (standard: 'asc' | 'desc') => querySingle(z.enum(['asc', 'desc']).default(standard));
export const sortBy = <const F extends readonly [string, ...string[]]>(names: F) =>
  querySingle(z.enum(names).optional());
export const paging = {
  offset: queryInteger(0, 2_147_483_647, 0),
  limit: queryInteger(1, 500, 50),
};
export const deleted = queryFlag;
export const search = queryText();
