import { EventEmitter } from 'node:events';
import { contained } from './contained';

const FAILURE = new Error('a bug');

describe('a contained listener', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw FAILURE;
      },
    ],
    ['rejects', () => Promise.reject(FAILURE)],
  ])('that %s ends its exchange and nothing else', async (_, fail) => {
    const ended: unknown[] = [];
    const events = new EventEmitter();
    events.on(
      'data',
      contained(
        (text: string) => (text === 'bad' ? fail() : undefined),
        (error, text) => ended.push([error, text]),
      ),
    );
    events.emit('data', 'bad');
    events.emit('data', 'good');
    await new Promise(setImmediate);
    expect(ended).toEqual([[FAILURE, 'bad']]);
  });

  it('drops errors of ending the exchange', async () => {
    const throwing = (): void => {
      throw FAILURE;
    };
    expect(() => contained(throwing, throwing)()).not.toThrow();
    expect(() => contained(() => Promise.reject(FAILURE), throwing)()).not.toThrow();
    await new Promise(setImmediate);
  });
});
