import { inTurn } from './in-turn';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('tasks that are run in turn', () => {
  it('are all run in their order, no more than so many in a frame', () => {
    const done: number[] = [];
    const tasks = Array.from({ length: 60 }, (_, task) => () => void done.push(task));
    inTurn(tasks, 25);
    expect(done).toHaveLength(25);
    jest.advanceTimersToNextTimer();
    expect(done).toHaveLength(50);
    jest.advanceTimersToNextTimer();
    expect(done).toEqual(tasks.map((_, task) => task));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are run at once where they are few', () => {
    const task = jest.fn();
    inTurn([task, task], 2);
    expect(task).toHaveBeenCalledTimes(2);
    expect(jest.getTimerCount()).toBe(0);
  });
});
