/** Most entries of a list that the guide shows. */
const MOST = 2;
/** Lists that are shown whole: their entries add up to something. */
const WHOLE = ['stages'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)/g;
const SECRETS = ['accessToken', 'refreshToken', 'access_token', 'refresh_token', 'clientSecret', 'secret'];
const MOMENT = '2026-01-01T12:00:00.000Z';
const SERVING_KEY = /tsk-[\w-]+/g;
const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)/g;
/** Last digits of the ports of the local platform, whatever its base was. */
const PORTS = 100;

/** Ids of one guide: the first one seen becomes …001, and so on; those that mean something stay. */
export class Ids {
  private readonly seen = new Map<string, string>();

  constructor(private readonly kept: readonly string[]) {}

  replace(text: string): string {
    return text.replaceAll(UUID, (id) => {
      if (this.kept.includes(id)) return id;
      const known =
        this.seen.get(id) ?? `00000000-0000-4000-8000-${String(this.seen.size + 1).padStart(12, '0')}`;
      this.seen.set(id, known);
      return known;
    });
  }
}

/** An answer as the guide shows it: long lists cut, secrets hidden, ids and times that mean nothing made plain. */
export function readable(value: unknown, ids: Ids): unknown {
  return JSON.parse(plainText(JSON.stringify(shortened(value)), ids)) as unknown;
}

/** The same for text. */
export const plainText = (text: string, ids: Ids): string =>
  ids
    .replace(text)
    .replaceAll(TIME, MOMENT)
    .replaceAll(SERVING_KEY, 'tsk-…')
    .replaceAll(ADDRESS, (_all, port: string) => `http://127.0.0.1:${8080 + (Number(port) % PORTS)}`);

function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST).map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      SECRETS.includes(name) && typeof one === 'string' ? '…' : WHOLE.includes(name) ? one : shortened(one),
    ]),
  );
}
