import { chargeOf, QuotaBook, type Charged } from './quota-book';

const replica = (projectId: string, milliGpu: number): Charged => ({
  projectId,
  departmentId: 'd',
  devices: [{ milliGpu }],
});

const RULES = [
  { scope: 'project', id: 'red', pool: 'p', deservedMilliGpu: 1000 },
  { scope: 'department', id: 'd', pool: 'p', deservedMilliGpu: 1500 },
] as const;

function bookWith(...held: readonly Charged[]): QuotaBook {
  const book = new QuotaBook();
  book.setRules(
    RULES,
    held.map((one) => [one, 'p'] as const),
  );
  return book;
}

describe('a quota', () => {
  it('is not broken by using all of it', () => {
    expect(bookWith(replica('red', 400)).breach(replica('red', 0), 'p', 600)).toBeUndefined();
  });

  it('is broken by one thousandth more, and the breach names by whom', () => {
    expect(bookWith(replica('red', 400)).breach(replica('red', 0), 'p', 601)).toEqual({
      rule: RULES[0],
      usedMilliGpu: 400,
      askedMilliGpu: 601,
    });
  });

  it('of a department counts all of its projects', () => {
    const book = bookWith(replica('red', 900), replica('blue', 500));
    expect(book.breach(replica('green', 0), 'p', 101)?.rule).toBe(RULES[1]);
    expect(book.breach(replica('green', 0), 'p', 100)).toBeUndefined();
  });

  it('holds for its pool alone, and no rule is no limit', () => {
    expect(bookWith(replica('red', 1000)).breach(replica('red', 0), 'q', 5000)).toBeUndefined();
    expect(bookWith(replica('red', 1000)).breach(replica('red', 0), undefined, 5000)).toBeUndefined();
  });

  it('does not concern a request without GPU, even where it is exceeded', () => {
    expect(bookWith(replica('red', 2000)).breach(replica('red', 0), 'p', 0)).toBeUndefined();
  });

  it('has room again when a replica is gone', () => {
    const book = bookWith(replica('red', 1000));
    book.add(replica('red', 1000), 'p', -1);
    expect(book.breach(replica('red', 0), 'p', 1000)).toBeUndefined();
  });
});

it('charges the sum of the shares', () => {
  expect(chargeOf({ devices: [{ milliGpu: 142 }, { milliGpu: 500 }] })).toBe(642);
});
