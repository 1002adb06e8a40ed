/** Postgres notification channel on which a publish wakes the subscriptions of its topics, which it names. */
export const CHANNEL = 'tessera_event_log';

/** Limits of every connection of the log, ms. Notifications are waited for outside statements and transactions. */
export const LIMITS = {
  connectionTimeoutMillis: 10_000,
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 60_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;
