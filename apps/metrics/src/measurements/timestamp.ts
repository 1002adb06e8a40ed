const DAY_MS = 86_400_000;
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

let day = NaN;
let date = '';

/**
 * RFC 3339 of an instant, ms since the epoch, in UTC with milliseconds, as `Date.toISOString` writes it. An answer has
 * thousands, nearly all of one day: the date is written once, which takes a quarter of the time.
 */
export function timestamp(at: number): string {
  const of = Math.floor(at / DAY_MS);
  if (of !== day) {
    date = new Date(of * DAY_MS).toISOString().slice(0, -13);
    day = of;
  }
  const ms = at - of * DAY_MS;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  const rest = String(ms % 1_000).padStart(3, '0');
  return `${date}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${rest}Z`;
}
