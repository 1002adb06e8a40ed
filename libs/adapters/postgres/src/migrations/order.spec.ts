import { MIGRATIONS } from './all';

describe('the migrations', () => {
  it('run in the order of their numbers, which have no gap', () => {
    const names = MIGRATIONS.map((Migration) => ({ type: Migration.name, name: new Migration().name }));
    expect(names).toEqual(
      names.map(({ type }, at) => {
        const number = String(at + 1).padStart(4, '0');
        const words = type.slice(0, -number.length);
        return { type: `${words}${number}`, name: `${words}176000000${number}` };
      }),
    );
  });
});
