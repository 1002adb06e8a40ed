import type { ReactElement, ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import './dialog.css';

/** A question above everything else; Escape is a no. */
export function Question({
  title,
  open,
  yes,
  no,
  isBusy = false,
  answer,
  children,
}: {
  readonly title: string;
  readonly open: boolean;
  /** What the buttons say. The first does what cannot be undone. */
  readonly yes: string;
  readonly no: string;
  readonly isBusy?: boolean;
  readonly answer: (isYes: boolean) => void;
  /** What is lost. */
  readonly children: ReactNode;
}): ReactElement {
  return (
    <ModalOverlay
      className="overlay question"
      isOpen={open}
      onOpenChange={(is) => (is ? undefined : answer(false))}
    >
      <Modal className="box">
        <Dialog className="dialog">
          <Heading slot="title">{title}</Heading>
          <div className="lost">{children}</div>
          <div className="bar">
            <button
              type="button"
              className="button"
              data-kind="danger"
              // Not disabled, which would take the focus out of the dialog, and Escape with it.
              aria-disabled={isBusy}
              onClick={() => (isBusy ? undefined : answer(true))}
            >
              {yes}
            </button>
            <button type="button" className="button" autoFocus onClick={() => answer(false)}>
              {no}
            </button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
