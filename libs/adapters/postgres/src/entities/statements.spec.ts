import { integer, json, jsonb, counter, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity } from './entity';
import {
  assigned,
  assignedFrom,
  columnsOf,
  excluded,
  placeholders,
  propertiesOf,
  readerOf,
  recordOf,
  selected,
  tableOf,
  typesOf,
  valuesFrom,
  valuesOf,
} from './statements';

interface NoteRow {
  readonly id: string;
  readonly createdAt: string;
  readonly body: object;
  readonly copy: object;
  readonly tags: readonly string[];
  readonly revision: number;
  readonly references: object | null;
}
const NOTES = entity<NoteRow>(
  { name: 'Note', schema: 'api', tableName: 'notes' },
  {
    id: uuid(PRIMARY),
    createdAt: time(),
    body: json(),
    copy: json(),
    tags: text({ array: true }),
    revision: counter(),
    references: jsonb({ ...NULLABLE, name: 'resolved_references' }),
  },
);
const SOME = ['id', 'createdAt', 'references'] as const;

describe('the parts of a statement', () => {
  it.each([
    ['the table', tableOf(NOTES as never), 'api.notes'],
    ['an insert', columnsOf(NOTES, SOME), 'id, created_at, resolved_references'],
    [
      'a select',
      selected(NOTES, SOME, 'n'),
      'n.id as "id", n.created_at as "createdAt", n.resolved_references as "references"',
    ],
    ['a record of JSON', recordOf(NOTES, SOME), '"id" uuid, "createdAt" timestamptz, "references" jsonb'],
    ['values of a record', valuesFrom('given', SOME), 'given."id", given."createdAt", given."references"'],
    [
      'an update',
      assignedFrom('given', NOTES, SOME.slice(1)),
      'created_at = given."createdAt", resolved_references = given."references"',
    ],
    [
      'an upsert',
      excluded(NOTES, SOME.slice(1)),
      'created_at = excluded.created_at, resolved_references = excluded.resolved_references',
    ],
    [
      'an update by placeholders',
      assigned(NOTES, SOME.slice(1), 2),
      'created_at = $2, resolved_references = $3',
    ],
    ['placeholders', placeholders(SOME), '$1, $2, $3'],
    ['types', typesOf(NOTES, ['tags', 'revision']).join(), 'text[],bigint'],
  ])('name the columns of %s', (_what, sql, want) => expect(sql).toBe(want));

  it('are of all columns in their order, but for those that are left out', () => {
    expect(propertiesOf(NOTES, ['id', 'copy'])).toEqual([
      'createdAt',
      'body',
      'tags',
      'revision',
      'references',
    ]);
  });
});

describe('the values of a row', () => {
  it('are in the order of the columns, JSON as text, and null stays null', () => {
    const body = { a: 1 };
    const row: NoteRow = {
      id: 'x',
      createdAt: 't',
      body,
      copy: body,
      tags: ['a'],
      revision: 2,
      references: null,
    };
    expect(valuesOf(NOTES, propertiesOf(NOTES))(row)).toEqual([
      'x',
      't',
      '{"a":1}',
      '{"a":1}',
      ['a'],
      2,
      null,
    ]);
  });
});

describe('a row that the driver read', () => {
  it.each([
    [new Date('2026-01-01T00:00:00.1Z'), '2026-01-01T00:00:00.100Z'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ])('has text for the time %p, and numbers for counters', (createdAt, want) => {
    const read = readerOf(NOTES, ['createdAt', 'revision']);
    expect(read({ createdAt, revision: '12' })).toEqual({ createdAt: want, revision: 12 });
  });
});

it('a table without a column for a property is refused', () => {
  expect(() =>
    columnsOf(entity<{ a: number }>({ name: 'A', schema: 'api', tableName: 'a' }, { a: integer() }), [
      'b' as 'a',
    ]),
  ).toThrow('A has no column for b');
});
