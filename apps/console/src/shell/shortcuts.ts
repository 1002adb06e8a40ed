/** What a key does anywhere in the console. */
export type Shortcut = 'jump' | 'help' | 'times';

/** Keys and what they do, as the help shows them. */
export const SHORTCUTS: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [['/', 'Ctrl K'], 'Jump to a page, workload or node'],
  [['t'], 'Write times out, or as how long ago'],
  [['?'], 'These shortcuts'],
  [['Esc'], 'Close what is open'],
  [['Tab', 'Shift Tab'], 'Go to the next or the last control; the first one skips the navigation'],
];

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const KEYS: Readonly<Record<string, Shortcut>> = { '/': 'jump', '?': 'help', t: 'times' };

/** The shortcut of a pressed key; `typing` where the key belongs to a field. Ctrl K, or Cmd K, works in fields too. */
export function shortcutOf(
  { key, ctrlKey, metaKey, altKey }: Pressed,
  typing: boolean,
): Shortcut | undefined {
  if (key.toLowerCase() === 'k' && (ctrlKey || metaKey) && !altKey) return 'jump';
  return typing || ctrlKey || metaKey || altKey ? undefined : KEYS[key];
}
