import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A name in Linux's abstract namespace of sockets, unix(7): the kernel releases it when the process ends, however it
 * ends.
 */
const NAME = '\0tessera-node';

/**
 * Takes the lock for the only node on this machine and returns its release function; throws if another process holds
 * it.
 */
export async function takeMachine(): Promise<() => Promise<void>> {
  const lock = createServer((connection) => connection.destroy());
  lock.listen(NAME);
  try {
    await once(lock, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error('a real node already runs on this machine, and there can be only one: stop it first', {
      cause: error,
    });
  }
  lock.unref();
  return async () => {
    const closed = once(lock, 'close');
    lock.close();
    await closed;
  };
}
