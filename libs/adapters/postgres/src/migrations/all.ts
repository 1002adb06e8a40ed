import { EventLog0001 } from './0001-event-log';
import { Messaging0002 } from './0002-messaging';
import { ApiOrganisation0010 } from './0010-api-organisation';
import { ApiWorkloads0011 } from './0011-api-workloads';
import { SchedulerWorkloads0020 } from './0020-scheduler-workloads';

/** Every migration, oldest first. A released one is never edited. */
export const MIGRATIONS = [
  EventLog0001,
  Messaging0002,
  ApiOrganisation0010,
  ApiWorkloads0011,
  SchedulerWorkloads0020,
] as const;
