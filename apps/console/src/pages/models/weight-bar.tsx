import type { ReactElement } from 'react';
import { percentOf } from './percent-of';

/** Colours of the design in an order in which neighbours differ, also to the colour-blind. */
const COLOURS = ['var(--accent)', 'var(--warn)', 'var(--good)', 'var(--bad)', 'var(--calm)'];

export const colourOf = (at: number): string => COLOURS[at % COLOURS.length] ?? 'var(--accent)';

/** The parts of the requests side by side. */
export function WeightBar({
  parts,
}: {
  readonly parts: readonly { readonly name: string; readonly part: number }[];
}): ReactElement {
  const text = parts.map(({ name, part }) => `${name} ${percentOf(part)}`).join(', ');
  return (
    <div className="share weights" role="img" aria-label={text}>
      {parts.map(({ name, part }, at) =>
        part === 0 ? null : (
          <span key={`${at} ${name}`} style={{ flexGrow: part, background: colourOf(at) }} />
        ),
      )}
    </div>
  );
}
