import { useCallback, useEffect, useRef, useState } from 'react';
import { exchange, type Asked } from '../../gateway/ask';
import { useConsole } from '../../shell/console';

/** A request that was sent, and as much of its answer as has arrived. Times are those of the page, ms. */
export interface RawExchange {
  readonly state: 'waiting' | 'open' | 'done' | 'stopped' | 'failed';
  readonly sentAt: number;
  readonly headAt?: number;
  readonly endedAt?: number;
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly bytes: number;
  /** Of an answer that is text, its beginning. */
  readonly text: string;
  /** Of another one, all of it once it has ended. */
  readonly content?: Blob;
  readonly error?: unknown;
}

const TEXT = /json|text|xml|javascript|form-urlencoded|^$/;
/** So much of a text is shown, characters. */
export const MOST_TEXT = 500_000;
/** An answer that streams is drawn so often, ms. */
const DRAW_MS = 100;

/** Sends one request at a time to the gateway, as the reader. */
export function useRawExchange(): {
  readonly current: RawExchange | undefined;
  readonly send: (asked: Asked) => void;
  readonly stop: () => void;
} {
  const { sessions } = useConsole();
  const [current, setCurrent] = useState<RawExchange>();
  const stopping = useRef<AbortController>(undefined);
  useEffect(() => () => stopping.current?.abort(), []);
  const send = useCallback(
    (asked: Asked): void => {
      stopping.current?.abort();
      const own = new AbortController();
      stopping.current = own;
      const show = (one: RawExchange): void => {
        if (stopping.current === own) setCurrent(one);
      };
      void run({ ...asked, signal: own.signal }, sessions.get()?.token, own.signal, show);
    },
    [sessions],
  );
  return { current, send, stop: () => stopping.current?.abort() };
}

async function run(
  asked: Asked,
  token: string | undefined,
  signal: AbortSignal,
  show: (exchange: RawExchange) => void,
): Promise<void> {
  let one: RawExchange = { state: 'waiting', sentAt: performance.now(), bytes: 0, text: '' };
  const become = (change: Partial<RawExchange>): void => show((one = { ...one, ...change }));
  become({});
  try {
    const response = await exchange(asked, token);
    const { status, statusText, headers } = response;
    become({ state: 'open', headAt: performance.now(), status, statusText, headers: [...headers] });
    const isText = TEXT.test(headers.get('content-type') ?? '');
    const content = await readBody(response, isText, (bytes, text) => become({ bytes, text }));
    become({ state: 'done', endedAt: performance.now(), ...(isText ? {} : { content }) });
  } catch (error) {
    const how = signal.aborted ? ({ state: 'stopped' } as const) : ({ state: 'failed', error } as const);
    become({ ...how, endedAt: performance.now() });
  }
}

/** Reads a body to its end; resolves with what is no text. */
async function readBody(
  { body, headers }: Response,
  isText: boolean,
  show: (bytes: number, text: string) => void,
): Promise<Blob> {
  const kept: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  let drawnAt = -Infinity;
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || value === undefined) break;
    bytes += value.length;
    if (!isText) kept.push(value);
    else if (text.length < MOST_TEXT) text += decoder.decode(value, { stream: true });
    if (performance.now() - drawnAt < DRAW_MS) continue;
    drawnAt = performance.now();
    show(bytes, text);
  }
  show(bytes, text);
  return new Blob(kept, { type: headers.get('content-type') ?? '' });
}
