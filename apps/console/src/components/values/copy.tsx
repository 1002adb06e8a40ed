import { useRef, useState, type ReactElement } from 'react';

const SHOWN_MS = 1500;

/** A text that a click copies; where the browser does not allow that (plain http), the click selects it. */
export function Copy({
  text,
  name = text,
}: {
  readonly text: string;
  /** What it is, for screen readers. */
  readonly name?: string;
}): ReactElement {
  const code = useRef<HTMLElement>(null);
  const [done, setDone] = useState<'Copied' | 'Selected'>();
  const copy = async (): Promise<void> => {
    const copied = await copyOf(text);
    if (!copied && code.current !== null) getSelection()?.selectAllChildren(code.current);
    setDone(copied ? 'Copied' : 'Selected');
    setTimeout(() => setDone(undefined), SHOWN_MS);
  };
  return (
    <span className="copy">
      <code ref={code}>{text}</code>{' '}
      <button
        type="button"
        className="button"
        data-kind="quiet"
        onClick={() => void copy()}
        aria-label={`Copy ${name}`}
      >
        {done ?? 'Copy'}
      </button>
    </span>
  );
}

/** Copies a text that stands elsewhere; `what` names it for screen readers. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactElement {
  const [done, setDone] = useState<'Copied' | 'Not copied'>();
  const copy = async (): Promise<void> => {
    setDone((await copyOf(text)) ? 'Copied' : 'Not copied');
    setTimeout(() => setDone(undefined), SHOWN_MS);
  };
  return (
    <button
      type="button"
      className="button"
      data-kind="quiet"
      onClick={() => void copy()}
      aria-label={`Copy ${what}`}
    >
      {done ?? 'Copy'}
    </button>
  );
}

/** Whether the text is on the clipboard now. Pages of plain http have none, though the types promise one. */
async function copyOf(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) return false;
  return clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}
