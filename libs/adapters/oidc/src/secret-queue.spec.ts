import { SecretQueue, SecretsBusyError } from './secret-queue';

/** Works that end when the specification lets them. */
function works(queue: SecretQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, preferred = false): Promise<void> =>
    queue.run(preferred, () => {
      begun.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { begun, run, end };
}

it('limits concurrency and runs preferred tasks first', async () => {
  const { begun, run, end } = works(new SecretQueue(2, 4));
  const all = [run('a'), run('b'), run('c'), run('d', true)];
  expect(begun).toEqual(['a', 'b']);
  await end('a');
  expect(begun).toEqual(['a', 'b', 'd']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'd', 'c']);
  for (const name of ['c', 'd']) await end(name);
  await Promise.all(all);
});

it('rejects at once when a queue is full, for each queue separately', async () => {
  const { run, end } = works(new SecretQueue(1, 1));
  const all = [run('a'), run('b'), run('c', true)];
  await expect(run('d')).rejects.toThrow(SecretsBusyError);
  await expect(run('e', true)).rejects.toThrow(SecretsBusyError);
  for (const name of ['a', 'c', 'b']) await end(name);
  await Promise.all(all);
});

it('frees the slot after a failed task', async () => {
  const queue = new SecretQueue(1, 0);
  await expect(queue.run(false, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(queue.run(false, async () => 1)).resolves.toBe(1);
});
