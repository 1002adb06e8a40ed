import type { ReactElement, ReactNode } from 'react';
import { Sheet } from '../../components/dialogs/dialog';
import { Question } from '../../components/dialogs/question';
import { useUnsaved } from './use-unsaved';

/** A wide sheet with a form, which asks before what was typed is lost. */
export function FormSheet({
  title,
  isDirty,
  close,
  children,
}: {
  readonly title: string;
  readonly isDirty: boolean;
  readonly close: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const { leave, asks, stay } = useUnsaved(isDirty);
  return (
    <Sheet title={title} open close={() => leave(close)} isWide>
      {children}
      <Question
        title="Discard what you typed?"
        open={asks !== undefined}
        yes="Discard"
        no="Keep editing"
        answer={(isYes) => {
          stay();
          if (isYes) asks?.();
        }}
      >
        It has not been sent, and is lost.
      </Question>
    </Sheet>
  );
}
