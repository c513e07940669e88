/** Rows of SQL under the names that core gives their columns. */
import type { Sql, Statement } from './postgres-database.ts';

/** A row as SQL names its columns: the same names in snake case, the same types. */
type Snake<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? `${Head extends Uppercase<Head> ? (Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`) : Head}${Snake<Tail>}`
  : Text;
export type SqlRow<Row> = { readonly [Column in keyof Row & string as Snake<Column>]: Row[Column] };

function camel(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The row under the names that core gives its columns. */
export function rowOf<Row>(row: SqlRow<Row>): Row {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [camel(column), value])) as Row;
}

export async function rows<Row>(sql: Sql, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  return (await sql.query<SqlRow<Row>>(statement, values)).map((row) => rowOf<Row>(row));
}

export async function one<Row>(sql: Sql, statement: Statement, values: readonly unknown[]): Promise<Row | null> {
  return (await rows<Row>(sql, statement, values))[0] ?? null;
}

export async function run(sql: Sql, statement: Statement, values: readonly unknown[]): Promise<void> {
  await sql.query(statement, values);
}
