/** A Postgres server in a new temporary folder, on a free port of the loopback address; `stop` also removes the folder. */
export declare function startPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }>;
