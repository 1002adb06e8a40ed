/** Returns true where the page has to stay although its reader went back or forward. */
type Guard = () => boolean;

let guard: Guard | undefined;

// Listeners run in the order in which they were added, so this module is loaded before the router listens.
window.addEventListener('popstate', (event) => {
  if (guard?.() === true) event.stopImmediatePropagation();
});

/** Asks `next` before the router follows a way back or forward; returns what ends that. */
export function guardBack(next: Guard): () => void {
  guard = next;
  return () => {
    if (guard === next) guard = undefined;
  };
}
