import { useEffect } from 'react';
import { shortcutOf, type Shortcut } from './shortcuts';

const FIELDS = 'input, textarea, select, [contenteditable="true"]';
/** A dialog that is open has the keys for itself. */
const DIALOG = '[role="dialog"], [role="alertdialog"]';

/** Calls `act` for shortcuts, wherever the focus is; `act` has to stay the same. */
export function useShortcuts(act: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { target } = event;
      const shortcut = shortcutOf(event, target instanceof Element && target.closest(FIELDS) !== null);
      if (shortcut === undefined || event.defaultPrevented || document.querySelector(DIALOG) !== null) return;
      event.preventDefault();
      act(shortcut);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [act]);
}
