import { childSpan } from '@tessera/platform-telemetry';
import type { MessagingSchema } from './entities/messaging';

/** Runs a database transaction in a span if it is part of a trace. */
export const inTransactionSpan = <T>(
  schema: MessagingSchema,
  operation: string,
  work: () => Promise<T>,
): Promise<T> =>
  childSpan(
    () => ({
      name: 'postgres transaction',
      kind: 'client',
      attributes: {
        'db.system.name': 'postgresql',
        'db.namespace': schema,
        'db.operation.name': operation,
      },
    }),
    work,
  );
