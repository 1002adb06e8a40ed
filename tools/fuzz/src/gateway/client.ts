import { connect } from 'node:net';
import { readAnswers } from './answers';
import type { Script } from './connections';
import { methodsOf, readRequests } from './rfc9112';

/** How one connection went. */
export interface Played {
  /** What was sent, and what came back. */
  readonly sent: string;
  readonly received: string;
  /** `answered`: every request has its answer and the connection is open. `hung`: neither that nor closed in time. */
  readonly end: 'answered' | 'closed' | 'gone' | 'hung';
  readonly ms: number;
}

/** Plays a script on a connection of its own; never rejects. */
export function play(port: number, { bytes, cuts, ending }: Script, limitMs: number): Promise<Played> {
  const { all, whole } = readRequests(bytes);
  const methods = methodsOf(bytes);
  // What is no request, or no whole one, gets an answer or ends the connection.
  const due = whole ? all.length : all.length + 1;
  return new Promise((resolve) => {
    const began = performance.now();
    let received = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => void write());
    const settle = (end: Played['end']): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ sent: bytes, received, end, ms: Math.round(performance.now() - began) });
    };
    const limit = setTimeout(() => settle('hung'), limitMs);
    const write = async (): Promise<void> => {
      for (const part of partsOf(bytes, cuts)) {
        if (socket.destroyed) return;
        socket.write(part, 'latin1');
        await new Promise((next) => setImmediate(next));
      }
      if (ending === 'half') socket.end();
      if (ending === 'gone') settle('gone');
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (ending === 'half') return;
      if (readAnswers(received, methods).all.length >= due) settle('answered');
    });
    // What is still on its way to a server that has closed makes it reset the connection.
    socket.on('error', () => settle('closed'));
    socket.on('end', () => settle('closed'));
    socket.on('close', () => settle('closed'));
    // Nothing but empty lines: no answer is due.
    if (whole && all.length === 0) setTimeout(() => settle('answered'), 1);
  });
}

export function partsOf(bytes: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...[...cuts].sort((a, b) => a - b).filter((at) => at < bytes.length), bytes.length];
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
