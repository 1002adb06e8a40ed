import { useState, type ReactElement } from 'react';
import { Sheet } from '../../components/dialogs/dialog';
import { Problem } from '../../components/layout/states';
import { submitting } from '../../components/forms/submitting';

/** A button that changes deserved GPUs in one node pool. */
export function QuotaChange({
  of,
  pool,
  deserved,
  hint,
  save,
}: {
  /** Whose quota it is. */
  readonly of: string;
  readonly pool: string;
  readonly deserved: number | undefined;
  readonly hint: string;
  readonly save: (deserved: number) => Promise<unknown>;
}): ReactElement {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = async (form: FormData): Promise<void> => {
    setError(undefined);
    setBusy(true);
    try {
      await save(Number(form.get('deserved')));
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
        data-kind="quiet"
        onClick={() => {
          setError(undefined);
          setOpen(true);
        }}
        aria-label={`Change the quota of ${of} in ${pool}`}
      >
        Change
      </button>
      <Sheet title={`Quota of ${of} in ${pool}`} open={open} close={() => setOpen(false)}>
        <form className="draft" onSubmit={submitting(change)}>
          <div className="field">
            <label htmlFor="deserved">GPUs deserved</label>
            <input
              id="deserved"
              name="deserved"
              type="number"
              min="0"
              step="any"
              defaultValue={deserved ?? 0}
              aria-describedby="deserved-hint"
              required
            />
            <span id="deserved-hint" className="small soft">
              {hint}
            </span>
          </div>
          {error === undefined ? null : <Problem error={error} />}
          <button type="submit" className="button" data-kind="main" disabled={busy}>
            {busy ? 'Saving' : 'Save'}
          </button>
        </form>
      </Sheet>
    </>
  );
}
