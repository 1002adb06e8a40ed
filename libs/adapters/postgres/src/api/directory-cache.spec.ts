import type { DataSource } from 'typeorm';
import { PostgresDirectory } from './directory';

it.each([3_600_000, -3_600_000])(
  'a project is cached for two seconds though the wall clock steps by %d ms',
  async (step) => {
    const time = { wall: 1_700_000_000_000, elapsed: 5_000 };
    let asked = 0;
    const query = async () => {
      asked += 1;
      return { rows: [{ id: 'p', projectSent: '1', departmentSent: '1' }] };
    };
    const dataSource = { driver: { master: { query } } } as unknown as DataSource;
    const clock = { now: () => time.wall, elapsedMs: () => time.elapsed };
    const directory = PostgresDirectory.onPoolOf(dataSource, clock);
    await directory.project('p');
    time.wall += step;
    await directory.project('p');
    expect(asked).toBe(1);
    time.elapsed += 2_000;
    await directory.project('p');
    expect(asked).toBe(2);
  },
);
