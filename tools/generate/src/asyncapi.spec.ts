import { Parser } from '@asyncapi/parser';
import { asyncApiDocument, EVENTS } from '@tessera/contracts-events';

it('the AsyncAPI document is taken by the official parser without a complaint', async () => {
  const text = JSON.stringify(asyncApiDocument('tessera', '0.1.0'));
  const { document, diagnostics } = await new Parser().parse(text);
  const complaints = diagnostics.filter(({ severity }) => severity <= 1);
  expect(complaints.map(({ message, path }) => [path, message])).toEqual([]);
  expect(document?.version()).toBe('3.0.0');
  expect(document?.messages().all()).toHaveLength(Object.keys(EVENTS).length);
});
