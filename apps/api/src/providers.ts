/**
 * Injection tokens of everything whose type is an interface; classes are their own tokens. The libs have no decorators:
 * modules make their providers with `useFactory`.
 */
export const API_CONFIG = Symbol('configuration of the API');
export const LOGGER = Symbol('logger');
export const CLOCK = Symbol('clock');
export const VERSION = Symbol('version of the API');
export const API_METRICS = Symbol('metrics of the API');
export const REGISTRY = Symbol('registry of metrics');
export const EVENT_LOG = Symbol('event log');
export const CONTROL_PLANE = Symbol('dependencies of the control plane');
export const WORKLOAD_READER = Symbol('workload reader');
export const EVENT_STORE = Symbol('store of streamed events');
export const GATEWAY_FEED = Symbol('what gateways are sent');
export const ORGANISATION = Symbol('organisation store');
export const ACCESS = Symbol('access store');
export const ASSETS = Symbol('asset store');
export const SUBJECTS = Symbol('subject store');
export const SECRETS = Symbol('secrets');
export const ISSUERS = Symbol('trusted issuers');
export const VERIFIER = Symbol('token verifier');
export const PLACES = Symbol('scopes of named resources');
/** Limit of the calls of a subject. */
export const RATE_LIMIT = Symbol('rate limit of subjects');
/** Limit of the calls with an invalid token, by address. */
export const REFUSED_TOKENS = Symbol('rate limit of refused tokens');
export const TRUSTED_PROXIES = Symbol('trusted proxies');
