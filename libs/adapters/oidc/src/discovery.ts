/** A discovery document, and where it was read. */
export interface Discovery {
  readonly address: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The endpoints of an issuer for signing in and for getting tokens. */
export interface SignInEndpoints {
  readonly authorization: string;
  readonly token: string;
  /**
   * Answers of the authorization endpoint name the issuer (RFC 9207), so that an answer without it is not from this
   * issuer.
   */
  readonly namesIssuer: boolean;
}

/**
 * OpenID Connect Discovery 1.0 §4, with the check of §4.3 that the document is of this issuer. Throws what is wrong with
 * it, or why it could not be read.
 */
export async function discoveryOf(issuer: string, timeoutMs: number): Promise<Discovery> {
  const address = `${issuer.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const document = documentIn(await response.json());
  if (document === undefined) throw new Error(`${address} answered something else than a JSON object`);
  if (document['issuer'] !== issuer)
    throw new Error(`${address} names the issuer ${String(document['issuer'])} instead of ${issuer}`);
  return { address, document };
}

const documentIn = (value: unknown): Discovery['document'] | undefined =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;

/** The URL under that name; throws where there is none, or plain http in a document that came by https. */
export function endpointIn({ address, document }: Discovery, name: string): string {
  const url = document[name];
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Error(`${address} names no ${name}`);
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== new URL(address).protocol)
    throw new Error(`${address} names a ${name} that is not https`);
  return url;
}

/** The endpoints for signing in, by the discovery document of the issuer; throws where it names none. */
export async function signInEndpointsOf(issuer: string, timeoutMs: number): Promise<SignInEndpoints> {
  const discovery = await discoveryOf(issuer, timeoutMs);
  return {
    authorization: endpointIn(discovery, 'authorization_endpoint'),
    token: endpointIn(discovery, 'token_endpoint'),
    namesIssuer: discovery.document['authorization_response_iss_parameter_supported'] === true,
  };
}
