import { connect } from 'node:net';
import { partsOf } from '../client';
import { FLAGS, frame, PREFACE, TYPES } from './frames';
import type { FrameScript } from './script';

/** How one connection went. */
export interface FramesPlayed {
  /**
   * `answered`: the ping behind everything was. `within`: it became a part of a frame that is not complete, for which a
   * server may wait like for the next request. `hung`: neither that nor closed in time.
   */
  readonly end: 'answered' | 'closed' | 'gone' | 'within' | 'hung';
  readonly ms: number;
}

const PING = 'fuzz-end';
const ANSWER = frame(TYPES.ping, FLAGS.ack, 0, PING);

/** Longer than heads and idle callers may take, ms. */
const WITHIN_MS = 3_000;

/** Whether what follows these bytes is a part of their last frame. */
function endsWithinFrame(bytes: string): boolean {
  let at = PREFACE.length;
  while (at + 9 <= bytes.length) {
    const [high = 0, middle = 0, low = 0] = [0, 1, 2].map((index) => bytes.charCodeAt(at + index));
    at += 9 + high * 65_536 + middle * 256 + low;
  }
  return at !== bytes.length;
}

/** Plays a script on a connection of its own, and asks at its end whether the server is there; never rejects. */
export function playFrames(
  port: number,
  { bytes, cuts, ending }: FrameScript,
  limitMs: number,
): Promise<FramesPlayed> {
  return new Promise((resolve) => {
    const began = performance.now();
    let tail = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => void write());
    const settle = (end: FramesPlayed['end']): void => {
      clearTimeout(limit);
      socket.destroy();
      resolve({ end, ms: Math.round(performance.now() - began) });
    };
    const isWithin = endsWithinFrame(bytes);
    const limit = setTimeout(() => settle(isWithin ? 'within' : 'hung'), isWithin ? WITHIN_MS : limitMs);
    const write = async (): Promise<void> => {
      for (const part of partsOf(bytes + frame(TYPES.ping, 0, 0, PING), cuts)) {
        if (socket.destroyed) return;
        socket.write(part, 'latin1');
        await new Promise((next) => setImmediate(next));
      }
      if (ending === 'gone') settle('gone');
    };
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      tail = (tail + chunk.toString('latin1')).slice(-chunk.length - ANSWER.length);
      if (tail.includes(ANSWER)) settle('answered');
    });
    socket.on('error', () => settle('closed'));
    socket.on('end', () => settle('closed'));
    socket.on('close', () => settle('closed'));
  });
}
