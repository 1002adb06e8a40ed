import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from 'react';
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
  const overlay = useRef<HTMLDivElement>(null);
  useEscape(overlay, open && !stays, close);
  return (
    <ModalOverlay
      ref={overlay}
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

/**
 * Closes the topmost dialog by Escape where the page has the focus: a button that is disabled while it has the focus,
 * because its request is in flight, loses it to the page, and keys do not reach the dialog from there.
 */
function useEscape(overlay: RefObject<HTMLElement | null>, isActive: boolean, close: () => void): void {
  useEffect(() => {
    if (!isActive) return undefined;
    const onKeyDown = ({ key, target }: KeyboardEvent): void => {
      const topmost = [...document.querySelectorAll('.overlay')].at(-1);
      if (key === 'Escape' && target === document.body && topmost === overlay.current) close();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [overlay, isActive, close]);
}
