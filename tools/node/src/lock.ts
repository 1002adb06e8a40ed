import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A name in Linux's abstract namespace of sockets, unix(7): it goes with the process that holds it, however that ends.
 */
const NAME = '\0tessera-node';

/**
 * Takes the one place for a node on this machine and returns what gives it back; throws when another process has it.
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
