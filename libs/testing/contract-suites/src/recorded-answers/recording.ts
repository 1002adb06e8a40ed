import recording from '../../fixtures/prometheus-answers.json';

/** What a server answered, word for word. */
export interface RecordedAnswer {
  /** Of `ASKED`, or the metric type and its row. */
  readonly name: string;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly status: number;
  readonly body: unknown;
}

export interface Recording {
  /** Release of the server. */
  readonly prometheus: string;
  readonly answers: readonly RecordedAnswer[];
}

/** Answers of a real Prometheus server, made by `npm run record:prometheus`. */
const RECORDING = recording as Recording;

/** The answer of that name. Throws where none was recorded. */
export function recordedAnswer(name: string): RecordedAnswer {
  const found = RECORDING.answers.find((answer) => answer.name === name);
  if (found === undefined) throw new Error(`no answer to ${name} was recorded: npm run record:prometheus`);
  return found;
}

/** The answer to that query at these times, whatever its name. Throws where the query has changed since. */
export function answerTo(form: URLSearchParams): RecordedAnswer {
  const parts = ['query', 'start', 'end', 'step'] as const;
  const found = RECORDING.answers.find((answer) =>
    parts.every((part) => answer.form[part] === form.get(part)),
  );
  if (found === undefined)
    throw new Error(`no answer to ${form.get('query')} was recorded: npm run record:prometheus`);
  return found;
}
