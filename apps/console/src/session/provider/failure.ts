/** A sign-in by an identity provider did not succeed; the message is for people. */
export class SignInError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SignInError';
  }
}

/** What an identity provider and the library that speaks to it report. */
interface Reported {
  readonly code?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly message?: unknown;
}

/** Codes of RFC 6749 §4.1.2.1 and §5.2 that people meet, in words. */
const WORDS: Readonly<Record<string, string>> = {
  access_denied: 'did not let you in: you declined, or may not use the console',
  invalid_grant: 'does not accept the sign-in any more: it took too long, or was used before',
  invalid_client: 'does not know the console by its client id, or takes it for a client with a secret',
  unauthorized_client: 'does not let the console sign people in this way',
  invalid_scope: 'does not know what the console asks for (scopes)',
  server_error: 'has a problem of its own',
  temporarily_unavailable: 'cannot answer now',
};

/** Why a sign-in failed, with the words of the provider where it gave any. `name` is the provider, `origin` the page. */
export function failureOf(error: unknown, name: string, origin: string): SignInError {
  if (error instanceof SignInError) return error;
  const { code, error: refusal, error_description: description, message } = (error ?? {}) as Reported;
  if (typeof refusal === 'string') {
    const words = WORDS[refusal] ?? `refused the sign-in (${refusal})`;
    return new SignInError(
      typeof description === 'string' ? `${name} ${words}. It says: ${description}` : `${name} ${words}.`,
      { cause: error },
    );
  }
  if (error instanceof TypeError && code === undefined)
    return new SignInError(
      `${name} could not be called from this page: it is away, or its token endpoint does not allow calls from ${origin} (CORS).`,
      { cause: error },
    );
  return new SignInError(`The answer of ${name} was not accepted: ${String(message)}. Sign in again.`, {
    cause: error,
  });
}
