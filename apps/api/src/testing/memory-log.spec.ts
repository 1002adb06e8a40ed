import { eventLogContract } from '@tessera/testing-contract-suites';
import { MemoryLog } from './memory-log';

describe('the event log in memory', () => {
  const log = new MemoryLog(3);
  eventLogContract(async () => ({
    log,
    // No member has a session that could end.
    slowMs: 0,
    async crashAfterReading(group, topic) {
      await new Promise<void>((read) => {
        const handle = (): Promise<void> => {
          read();
          return new Promise(() => undefined);
        };
        void log.subscribe({ group, topics: [topic], handle });
      });
      log.kill(group);
    },
  }));
});
