import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { FilterError, type Visibility } from '@tessera/application-control-plane';
import { queryTime, type Filter } from '@tessera/contracts-rest';

/** How a list field maps to the database. */
export interface Field {
  readonly sql: string;
  readonly kind: 'text' | 'uuid' | 'time' | 'number' | 'list';
}

/** Builds a `where` clause with placeholders; values stay separate from the text. */
export class Conditions {
  readonly values: unknown[] = [];
  protected readonly parts: string[] = [];

  /** `mark` writes the placeholder of the value with that number, from 1 on. */
  constructor(private readonly mark = (number: number): string => `$${number}`) {}

  /** A placeholder for a value. */
  value(value: unknown): string {
    this.values.push(value);
    return this.mark(this.values.length);
  }

  add(sql: string): void {
    this.parts.push(sql);
  }

  /** Restricts to the part of the organisation that the caller may see. */
  visible(seen: Visibility, alias: string): void {
    this.add(`${alias}.tenant_id = ${this.value(seen.tenantId)}`);
    if (seen.all) return;
    const inside = [
      `${alias}.cluster_id::text = any(${this.value(seen.clusters)})`,
      `${alias}.department_id = any(${this.value(seen.departments)})`,
      `${alias}.project_id = any(${this.value(seen.projects)})`,
    ];
    this.add(`(${inside.join(' or ')})`);
  }

  filter(field: Field, filter: Filter): void {
    this.add(this.condition(field, filter));
  }

  /** Case-insensitive substring search; an empty search matches everything. */
  search(sql: string, wanted: string | undefined): void {
    if (wanted !== undefined && wanted !== '') this.add(this.textTest(sql, '=@', wanted));
  }

  where(): string {
    return this.parts.length === 0 ? '' : `where ${this.parts.join(' and ')}`;
  }

  private condition(field: Field, filter: Filter): string {
    if (field.kind === 'time') return this.compared(field.sql, filter, time(filter), 'timestamptz');
    if (field.kind === 'number') return this.compared(field.sql, filter, number(filter), 'numeric');
    if (field.kind === 'list') return this.ofList(field.sql, filter);
    const { operator } = filter;
    const value = field.kind === 'uuid' ? filter.value.toLowerCase() : filter.value;
    const test = this.textTest(field.sql, operator, value);
    return operator === '!=' || operator === '!@' ? `(${field.sql} is null or ${test})` : test;
  }

  /** True if an item satisfies the condition; a negated condition is true if no item satisfies its opposite. */
  private ofList(sql: string, { operator, value }: Filter): string {
    const opposite = operator === '!=' ? '==' : operator === '!@' ? '=@' : undefined;
    const test = this.textTest('item', opposite ?? operator, value);
    const exists = `exists (select 1 from unnest(${sql}) as item where ${test})`;
    return opposite === undefined ? exists : `not ${exists}`;
  }

  private textTest(sql: string, operator: Filter['operator'], value: string): string {
    switch (operator) {
      case '==':
        return `${sql} = ${this.value(value)}`;
      case '!=':
        return `${sql} <> ${this.value(value)}`;
      case '=@':
        return `${sql} ilike ${this.value(`%${escaped(value)}%`)}`;
      case '!@':
        return `${sql} not ilike ${this.value(`%${escaped(value)}%`)}`;
      case '=^':
        return `${sql} ilike ${this.value(`${escaped(value)}%`)}`;
      case '=$':
        return `${sql} ilike ${this.value(`%${escaped(value)}`)}`;
      case '<=':
      case '>=':
        // Compares by code points, independent of the database's collation.
        return `${sql} collate "C" ${operator} ${this.value(value)}`;
    }
  }

  private compared(sql: string, { field, operator }: Filter, value: unknown, type: string): string {
    const heartbeats: Partial<Record<Filter['operator'], string>> = {
      '==': '=',
      '!=': 'is distinct from',
      '<=': '<=',
      '>=': '>=',
    };
    const sign = heartbeats[operator];
    if (sign === undefined)
      throw new FilterError(`${field} can be compared by ==, !=, <= and >= only, not by ${operator}`);
    return `${sql} ${sign} ${this.value(value)}::${type}`;
  }
}

/** Conditions on a query of TypeORM, whose parameters have names. */
export class QueryConditions extends Conditions {
  constructor() {
    super((number) => `:value${number}`);
  }

  /** Restricts the query to what satisfies the conditions. */
  applyTo<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>): SelectQueryBuilder<Row> {
    const parameters = Object.fromEntries(this.values.map((value, at) => [`value${at + 1}`, value]));
    return query.where(this.parts.join(' and ') || 'true', parameters);
  }
}

/** Characters with a special meaning in a pattern. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

function time({ field, value }: Filter): string {
  const read = queryTime.safeParse(value);
  if (!read.success)
    throw new FilterError(`${field}: "${value}" is not a time; write for example 2024-01-01T00:00:00Z`);
  return read.data;
}

function number({ field, value }: Filter): number {
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) throw new FilterError(`${field}: "${value}" is not a number`);
  return parsed;
}
