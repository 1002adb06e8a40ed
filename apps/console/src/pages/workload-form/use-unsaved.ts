import { useEffect, useState } from 'react';
import { guardBack } from '../../components/forms/back-guard';

/**
 * Keeps what was typed from being lost unasked. `leave` runs the action, or asks first where something was typed: `asks`
 * is then what happens if it is given up. Back, and closing the tab, ask too.
 */
export function useUnsaved(isDirty: boolean): {
  readonly leave: (action: () => void) => void;
  readonly asks: (() => void) | undefined;
  readonly stay: () => void;
} {
  const [asks, setAsks] = useState<() => void>();
  useEffect(() => {
    if (!isDirty) return undefined;
    const here = location.href;
    const closing = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', closing);
    const ended = guardBack(() => {
      const there = location.href;
      if (there === here) return false;
      history.pushState(null, '', here);
      setAsks(() => () => {
        ended();
        history.pushState(null, '', there);
      });
      return true;
    });
    return () => {
      ended();
      window.removeEventListener('beforeunload', closing);
    };
  }, [isDirty]);
  return {
    leave: (action) => (isDirty ? setAsks(() => action) : action()),
    asks,
    stay: () => setAsks(undefined),
  };
}
