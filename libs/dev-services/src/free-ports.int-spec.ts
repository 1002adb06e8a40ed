import { freePortBase } from './free-ports';

const RANGE = 32;

describe('a range of free ports', () => {
  it('is given once, also before anybody listens on its ports', async () => {
    const random = jest.spyOn(Math, 'random');
    const sameDraws = (): void => {
      let draws = 0;
      random.mockImplementation(() => (draws += 1) / 51);
    };
    try {
      sameDraws();
      const first = await freePortBase(21);
      sameDraws();
      expect(await freePortBase(21)).not.toBe(first);
    } finally {
      random.mockRestore();
    }
  });

  it('is refused where it would reach into the next one', async () => {
    await expect(freePortBase(RANGE)).rejects.toThrow('fewer than 32 ports');
  });
});
