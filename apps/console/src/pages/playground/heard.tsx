import { useEffect, useRef, useState, type ReactElement } from 'react';
import type { Turn } from './conversation';
import { measuresOf } from './measures';
import { sentencesAfter } from './sentences';

/** So often that a screen reader keeps up, ms. */
const EVERY_MS = 3000;

/** Reads an answer to those who cannot see it: whole sentences every few seconds, and how it ended. */
export function Heard({ turn, waiting }: { readonly turn: Turn; readonly waiting: string }): ReactElement {
  // One that had ended before the page was shown is not read again.
  const [isOld] = useState(turn.endedAt !== undefined);
  const [spoken, setSpoken] = useState(isOld ? '' : waiting);
  const latest = useRef(turn);
  const heard = useRef(0);
  const ended = turn.endedAt !== undefined;
  useEffect(() => {
    latest.current = turn;
  });
  useEffect(() => {
    const speak = (): void => {
      const { text, endedAt, state } = latest.current;
      const fresh = sentencesAfter(text, heard.current, endedAt !== undefined);
      heard.current += fresh.length;
      const end =
        state === 'done' ? `End of the answer: ${measuresOf(latest.current).join(', ')}.` : 'Stopped.';
      // A refusal is an alert by itself.
      const parts = [fresh, ...(endedAt === undefined || state === 'refused' ? [] : [end])];
      if (parts.join('') !== '') setSpoken(parts.join(' '));
    };
    if (isOld) return undefined;
    if (ended) {
      speak();
      return undefined;
    }
    const timer = setInterval(speak, EVERY_MS);
    return () => clearInterval(timer);
  }, [ended, isOld]);
  return (
    <p className="unseen" role="status">
      {spoken}
    </p>
  );
}
