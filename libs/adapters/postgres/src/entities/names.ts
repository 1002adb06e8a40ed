import { DefaultNamingStrategy, type Table } from 'typeorm';

/** `tenantId` is stored in `tenant_id`. */
export const columnName = (property: string): string =>
  property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Columns in snake case, and constraints by the names that Postgres itself gives them in `create table`. */
export class PostgresNames extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined): string {
    return given ?? columnName(property);
  }

  override primaryKeyName(table: Table | string): string {
    return `${this.plain(table)}_pkey`;
  }

  override uniqueConstraintName(table: Table | string, columns: readonly string[]): string {
    return `${this.plain(table)}_${columns.join('_')}_key`;
  }

  override foreignKeyName(table: Table | string, columns: readonly string[]): string {
    return `${this.plain(table)}_${columns.join('_')}_fkey`;
  }

  private plain(table: Table | string): string {
    return this.getTableName(table).replace(/^.*\./, '');
  }
}
