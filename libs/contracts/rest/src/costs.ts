import type { Cost } from './route';

const KIB = 1024;

/** Rows of one page at most. */
export const MOST_PAGE_ROWS = 500;

/** A single object. */
export const ONE = { limit: 'subject' } as const satisfies Cost;
/** A page of a list. */
export const PAGE = { rows: MOST_PAGE_ROWS, limit: 'subject' } as const satisfies Cost;
/** A list without pages: everything that the caller may see. */
export const ALL = { rows: 'all', limit: 'subject' } as const satisfies Cost;
/** A change with a small body. */
export const SMALL_BODY = { bodyBytes: 64 * KIB, limit: 'subject' } as const satisfies Cost;
/** A change whose body contains a workload spec. */
export const SPEC_BODY = { bodyBytes: 1024 * KIB, limit: 'subject' } as const satisfies Cost;
/** A request for a token, without authentication. */
export const LOGIN_BODY = { bodyBytes: 16 * KIB, limit: 'login' } as const satisfies Cost;
