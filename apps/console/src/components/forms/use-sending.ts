import { useState } from 'react';

/** What a form knows of what it sends. */
interface Sending {
  readonly busy: boolean;
  /** Why the last attempt failed. */
  readonly error: unknown;
  /** Runs the action; its failure is kept to be shown. */
  readonly send: (act: () => Promise<unknown>) => Promise<void>;
}

/** Keeps track of what is being sent, so that a form shows it and what the API refused. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async (act: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, send };
}
