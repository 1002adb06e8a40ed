import type { Series, SeriesRead } from '@tessera/application-measuring';
import type { Sample } from '@tessera/domain-measurement';
import { AnswerShapeError } from './answer-shape';
import { toBucketSeries } from './native-histogram';

/** An answer of the HTTP API of Prometheus, as far as its envelope goes. */
export interface Envelope {
  readonly status: 'success' | 'error';
  readonly errorType?: string;
  readonly error?: string;
  /** What makes the result incomplete or doubtful. */
  readonly warnings?: readonly string[];
  /** Remarks on the query, since release 3.0; the result is what was asked for. */
  readonly infos?: readonly string[];
  readonly data?: unknown;
}

/** The envelope of an answer. Throws {@link AnswerShapeError} for text that is none. */
export function parseEnvelope(text: string): Envelope {
  const answer = parseJson(text);
  if (!isRecord(answer) || (answer['status'] !== 'success' && answer['status'] !== 'error'))
    throw new AnswerShapeError(`no answer of the Prometheus HTTP API, but ${excerpt(text)}`);
  const { status, errorType, error, warnings, infos, data } = answer;
  return {
    status,
    ...(typeof errorType === 'string' ? { errorType } : {}),
    ...(typeof error === 'string' ? { error } : {}),
    warnings: texts(warnings),
    infos: texts(infos),
    data,
  };
}

/**
 * The series of a range query. Values that are no finite numbers have no sample. A native histogram is a series for each
 * of its buckets. Throws {@link AnswerShapeError}.
 */
export function toSeriesRead({ data, warnings = [] }: Envelope): SeriesRead {
  if (!isRecord(data) || data['resultType'] !== 'matrix' || !Array.isArray(data['result']))
    throw new AnswerShapeError('a result that is no matrix');
  const series = data['result'].flatMap(toSeries).filter(({ points }) => points.length > 0);
  return { series, warnings };
}

/** The texts of a list of names. Throws {@link AnswerShapeError}. */
export function toTexts({ data }: Envelope): readonly string[] {
  if (!Array.isArray(data) || data.some((text) => typeof text !== 'string'))
    throw new AnswerShapeError('a result that is no list of names');
  return data as readonly string[];
}

function toSeries(given: unknown): readonly Series[] {
  if (!isRecord(given) || !isRecord(given['metric'])) throw new AnswerShapeError('a series without labels');
  const { __name__: _, ...labels } = given['metric'];
  if (Object.values(labels).some((value) => typeof value !== 'string'))
    throw new AnswerShapeError('a label that is no text');
  const { values = [], histograms = [] } = given;
  if (!Array.isArray(values) || !Array.isArray(histograms))
    throw new AnswerShapeError('a series without values');
  const named = labels as Series['labels'];
  return [{ labels: named, points: toSamples(values) }, ...toBucketSeries(named, histograms)];
}

function toSamples(given: readonly unknown[]): readonly Sample[] {
  const samples: Sample[] = [];
  for (const pair of given) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string')
      throw new AnswerShapeError('a sample that is no pair of time and text');
    const value = pair[1].trim() === '' ? NaN : Number(pair[1]);
    if (Number.isFinite(value)) samples.push({ at: Math.round(pair[0] * 1000), value });
  }
  return samples;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (given: unknown): given is Record<string, unknown> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

const texts = (given: unknown): readonly string[] =>
  Array.isArray(given) ? given.filter((text) => typeof text === 'string') : [];

/** The beginning of a text on one line, in quotes. */
export const excerpt = (text: string): string =>
  JSON.stringify(text.slice(0, 200).replace(/\s+/g, ' ').trim());
