import type { FormEvent } from 'react';

/**
 * Hands the fields of a form to an action, which shows its failures itself. Not React's `action`, which empties the form
 * when the action ends, also where the API refused.
 */
export const submitting =
  (act: (fields: FormData) => Promise<void>) =>
  (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void act(new FormData(event.currentTarget));
  };
