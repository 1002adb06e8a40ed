import { useRef, type ReactElement } from 'react';
import type { Finding } from '../body/check-body';
import { readJson, type Place } from './json-text';

/** Something that is wrong or ignored, with its line. */
interface Mark extends Place {
  readonly text: string;
  readonly isWarning: boolean;
}

/** The body as JSON with numbered lines; what is wrong is marked at its line while it is typed. */
export function JsonEditor({
  text,
  findings,
  change,
}: {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly change: (text: string) => void;
}): ReactElement {
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = useRef<HTMLOListElement>(null);
  const marks = marksOf(text, findings);
  const tones = new Map(marks.map(({ line, isWarning }) => [line, isWarning ? 'warn' : 'bad']));
  const go = ({ line, column }: Place): void => {
    const offset =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length +
      (line === 1 ? 0 : 1) +
      column -
      1;
    area.current?.focus();
    area.current?.setSelectionRange(offset, offset);
  };
  return (
    <div className="field">
      <label htmlFor="body-json">Body of the request</label>
      <div className="editor">
        <ol ref={lines} aria-hidden="true">
          {text.split('\n').map((_, at) => (
            <li key={at} data-tone={tones.get(at + 1)}>
              {at + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={area}
          id="body-json"
          rows={22}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          aria-invalid={marks.some(({ isWarning }) => !isWarning)}
          aria-describedby="body-marks"
          onChange={({ target }) => change(target.value)}
          onScroll={({ currentTarget }) => {
            if (lines.current !== null) lines.current.scrollTop = currentTarget.scrollTop;
          }}
        />
      </div>
      <ul id="body-marks" className="marks" aria-live="polite">
        {marks.map((mark) => (
          <li key={`${mark.line} ${mark.text}`} data-tone={mark.isWarning ? 'warn' : 'bad'}>
            <button type="button" onClick={() => go(mark)}>
              Line {mark.line}
            </button>{' '}
            {mark.text}
          </li>
        ))}
      </ul>
    </div>
  );
}

function marksOf(text: string, findings: readonly Finding[]): readonly Mark[] {
  const read = readJson(text);
  if (!read.ok) return [{ ...read.place, text: read.message, isWarning: false }];
  return findings
    .map(({ field, message, isWarning = false }) => ({
      ...read.placeOf(field),
      text: field === '' ? message : `${field}: ${message}`,
      isWarning,
    }))
    .sort((a, b) => a.line - b.line);
}
