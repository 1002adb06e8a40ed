import { useState, type ReactElement } from 'react';

const SHOWN_MS = 1500;

/** A text that a click copies. */
export function Copy({ text }: { readonly text: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <span className="copy">
      <code>{text}</code>{' '}
      <button
        type="button"
        className="button"
        data-kind="quiet"
        onClick={() => void copy()}
        aria-label={`Copy ${text}`}
      >
        {copied ? 'Copied' : 'Copy'}
      </button>
    </span>
  );
}
