import { useState, type ReactElement, type ReactNode } from 'react';
import { Question } from './question';
import { Problem } from '../layout/states';

/** A button that asks before it does what cannot be undone. */
export function Ask({
  label,
  about,
  title,
  children,
  act,
}: {
  readonly label: string;
  /** What it is about, where the page has several such buttons. */
  readonly about?: string;
  readonly title: string;
  /** What is lost. */
  readonly children: ReactNode;
  readonly act: () => Promise<unknown>;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await act();
      setOpen(false);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        className="button"
        data-kind="danger"
        aria-label={about === undefined ? undefined : `${label} ${about}`}
        onClick={() => setOpen(true)}
      >
        {label}
      </button>
      <Question
        title={title}
        open={open}
        yes={label}
        no="Cancel"
        isBusy={busy}
        answer={(isYes) => (isYes ? void confirm() : setOpen(false))}
      >
        {children}
        {error === undefined ? null : <Problem error={error} />}
      </Question>
    </>
  );
}
