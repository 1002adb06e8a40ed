import type { ReactElement, ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import './dialog.css';

/**
 * A dialog above the page; Escape and a click outside close it, and the focus returns to where it was. One that `stays`
 * is closed by its own buttons alone.
 */
export function Sheet({
  title,
  open,
  close,
  stays = false,
  isWide = false,
  children,
}: {
  readonly title: string;
  readonly open: boolean;
  readonly close: () => void;
  readonly stays?: boolean;
  /** For forms that need the whole page. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={open}
      onOpenChange={(is) => (is ? undefined : close())}
      isDismissable={!stays}
      isKeyboardDismissDisabled={stays}
    >
      <Modal className="sheet" {...(isWide ? { 'data-wide': true } : {})}>
        <Dialog className="dialog">
          <header className="title">
            <Heading slot="title">{title}</Heading>
            {stays ? null : (
              <button type="button" className="button" data-kind="quiet" onClick={close} aria-label="Close">
                ✕
              </button>
            )}
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
