/** Postgres notification channel: a publish notifies the subscriptions of the topics that it names. */
export const CHANNEL = 'tessera_event_log';

/** Limits of every connection of the log, ms. Notifications are waited for outside statements and transactions. */
export const LIMITS = {
  connectionTimeoutMillis: 10_000,
  statement_timeout: 60_000,
  idle_in_transaction_session_timeout: 60_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;
