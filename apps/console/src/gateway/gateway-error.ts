import { ApiError } from '../api/api-error';
import { fieldsIn, fieldsOf } from '../api/json';

/** The gateway, or the model behind it, refused a request; the message is theirs. */
export class GatewayError extends ApiError {
  constructor(
    status: number,
    message: string,
    /** Status, reason and when to try again, for the reader. */
    details: string,
    /** Seconds after which it may be tried again. */
    readonly retryAfter?: number,
  ) {
    super(status, message, details);
    this.name = 'GatewayError';
  }
}

/** The gateway did not answer, or does not let this page read the answer; a browser does not say which. */
export class GatewayOfflineError extends Error {
  constructor(readonly origin: string) {
    super(`The gateway at ${origin} cannot be reached from this page.`);
    this.name = 'GatewayOfflineError';
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What a body reports as its error, in the shapes of OpenAI, of Tessera and of FastAPI; else its beginning. */
function messageOf(text: string): string | undefined {
  try {
    const { error, message, details, detail } = fieldsOf(text);
    const own = textOf(message);
    return (
      textOf(fieldsIn(error)['message']) ??
      textOf(error) ??
      (own === undefined ? undefined : [own, textOf(details)].filter(Boolean).join(': ')) ??
      textOf(detail)
    );
  } catch {
    return textOf(text.slice(0, 500));
  }
}

/** The error of an answer with a status of 400 or above. */
export function refusalOf(status: number, headers: Pick<Headers, 'get'>, text: string): GatewayError {
  const after = Number(headers.get('retry-after') ?? NaN);
  const details = [
    `HTTP ${status}`,
    headers.get('x-tessera-reason'),
    headers.get('x-tessera-limit'),
    Number.isFinite(after) ? `try again after ${after} s` : null,
  ].filter((part) => part !== null);
  return new GatewayError(
    status,
    messageOf(text) ?? `It answered ${status} without a message.`,
    details.join(' · '),
    ...(Number.isFinite(after) ? [after] : []),
  );
}
