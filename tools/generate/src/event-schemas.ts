import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataSchema, EVENTS, type EventName } from '@tessera/contracts-events';

/** `npm run generate:event-schemas`: what a release promises to readers of its events. A test holds later code to it. */
const FILE = join(__dirname, '../../../libs/contracts/events/fixtures/released-schemas.json');
const schemas = Object.fromEntries(
  (Object.keys(EVENTS) as EventName[]).map((name) => [EVENTS[name].type, dataSchema(name)]),
);
writeFileSync(FILE, `${JSON.stringify(schemas, undefined, 2)}\n`);
console.log(FILE);
