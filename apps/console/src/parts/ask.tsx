import { useState, type ReactElement, type ReactNode } from 'react';
import { Sheet } from './dialog';
import { Problem } from './states';

/** A button that asks before it does what cannot be undone. */
export function Ask({
  label,
  title,
  children,
  act,
}: {
  readonly label: string;
  readonly title: string;
  /** What is lost. */
  readonly children: ReactNode;
  readonly act: () => Promise<unknown>;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async (): Promise<void> => {
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
      <button type="button" className="button" data-kind="danger" onClick={() => setOpen(true)}>
        {label}
      </button>
      <Sheet title={title} open={open} close={() => setOpen(false)}>
        <div>{children}</div>
        {error === undefined ? null : <Problem error={error} />}
        <div className="bar">
          <button
            type="button"
            className="button"
            data-kind="danger"
            disabled={busy}
            onClick={() => void confirm()}
          >
            {label}
          </button>
          <button type="button" className="button" onClick={() => setOpen(false)}>
            Cancel
          </button>
        </div>
      </Sheet>
    </>
  );
}
