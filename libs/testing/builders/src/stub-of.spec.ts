import { stubOf } from './stub-of';

interface Port {
  one(): number;
  two(): Promise<number>;
}

describe('a stub of a port', () => {
  it('answers what the test gave it, and names what it did not', async () => {
    const port = stubOf<Port>({ one: () => 1 });
    expect(port.one()).toBe(1);
    expect(() => port.two()).toThrow('the test gave no answer for two');
  });

  it('may be the result of a promise', async () => {
    expect((await Promise.resolve(stubOf<Port>({ one: () => 1 }))).one()).toBe(1);
  });
});
