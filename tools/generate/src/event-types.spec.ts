import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS } from '@tessera/contracts-events';

const APPLICATION = join(__dirname, '../../../libs/application');

/** The text of the use cases, without their tests. */
const useCases = readdirSync(APPLICATION, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('spec.ts') && !path.includes('node_modules'))
  .map((path) => readFileSync(join(APPLICATION, path), 'utf8'))
  .join('\n');

it.each(Object.keys(EVENTS))('a use case reports the event %s', (name) => {
  expect(useCases).toMatch(new RegExp(`\\bname: '${name}'`));
});
