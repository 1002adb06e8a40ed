/**
 * JSON of the API that served this page, with the type of its contract, which the API keeps; undefined for a body without
 * content. The schemas of the contract are not loaded to check it once more (ADR 0039). Throws for text that is not JSON.
 */
// eslint-disable-next-line no-restricted-syntax -- ADR 0039: the page does not check the API that served it
export const ofApi = <T>(text: string): T => (text === '' ? undefined : JSON.parse(text)) as T;

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a value; none where it is no object. */
export const fieldsIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

/** The fields of JSON that anybody may have written. Throws where the text is not JSON, or no object. */
export function fieldsOf(text: string): Fields {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new TypeError('the JSON is no object');
  return fieldsIn(value);
}

export const stringIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

export const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;
