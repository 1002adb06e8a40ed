import type { Cost } from './route';

const KIB = 1024;

/** Rows of one page at most. */
export const MOST_PAGE_ROWS = 500;

/** One thing, looked up. */
export const ONE = { limit: 'subject' } as const satisfies Cost;
/** A page of a list. */
export const PAGE = { rows: MOST_PAGE_ROWS, limit: 'subject' } as const satisfies Cost;
/** A list without pages: everything that the caller may see. */
export const ALL = { rows: 'all', limit: 'subject' } as const satisfies Cost;
/** A change that is told in few words. */
export const SMALL_BODY = { bodyBytes: 64 * KIB, limit: 'subject' } as const satisfies Cost;
/** A change that brings a specification of a workload. */
export const SPEC_BODY = { bodyBytes: 1024 * KIB, limit: 'subject' } as const satisfies Cost;
/** A request for a token, by anybody. */
export const LOGIN_BODY = { bodyBytes: 16 * KIB, limit: 'login' } as const satisfies Cost;
