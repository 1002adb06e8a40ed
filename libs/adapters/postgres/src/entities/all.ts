import type { EntitySchema } from 'typeorm';
import * as access from './access';
import * as assets from './assets';
import * as eventLog from './event-log';
import * as messaging from './messaging';
import * as organisation from './organisation';
import * as requests from './requests';
import * as scheduler from './scheduler';
import * as serving from './serving';
import * as usage from './usage';
import * as workloads from './workloads';

/** The schema of every table. */
export const ENTITIES = [
  organisation,
  access,
  assets,
  workloads,
  requests,
  scheduler,
  serving,
  usage,
  messaging,
  eventLog,
].flatMap((group) => Object.values(group)) as EntitySchema[];
