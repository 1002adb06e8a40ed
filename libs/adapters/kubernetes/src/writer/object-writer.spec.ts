import { KubernetesApiError } from '../api/errors';
import { ObjectWriter } from './object-writer';

const PATH = '/api/v1/namespaces/team/services';
const HEADLESS = { metadata: { name: 'chat' }, spec: { clusterIP: 'None' } };

/** An API server whose answers to calls, by method, are these; an error is thrown. */
function writerWith(answers: Readonly<Record<string, readonly unknown[]>>) {
  const asked: unknown[] = [];
  const left = new Map(Object.entries(answers).map(([method, all]) => [method, [...all]]));
  const connection = {
    request: async (method: string, path: string, { body }: { body?: unknown } = {}) => {
      asked.push([method, path, body]);
      const answer = left.get(method)?.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const cache = { observe: () => undefined };
  return { writer: new ObjectWriter(connection as never, cache as never, () => undefined), asked };
}

const error = (status: number, reason: string): Error =>
  new KubernetesApiError(status, 'PATCH', PATH, { reason });
const there = error(409, 'AlreadyExists');
const invalid = error(422, 'Invalid');

describe('a Service that is to have no address', () => {
  it('is replaced where it has one, which no Service gives back', async () => {
    const found = { metadata: { name: 'chat', uid: 'old' }, spec: { clusterIP: '10.0.0.1' } };
    const made = { metadata: { name: 'chat', uid: 'new' }, spec: { clusterIP: 'None' } };
    const { writer, asked } = writerWith({ POST: [there, made], PATCH: [invalid], GET: [found] });
    expect(await writer.ensure(PATH, HEADLESS, false)).toBe(made);
    expect(asked).toEqual([
      ['POST', PATH, HEADLESS],
      ['PATCH', `${PATH}/chat`, HEADLESS],
      ['GET', `${PATH}/chat`, undefined],
      ['DELETE', `${PATH}/chat`, { preconditions: { uid: 'old' } }],
      ['POST', PATH, HEADLESS],
    ]);
  });

  it('stays where something else about it is invalid', async () => {
    const { writer, asked } = writerWith({ POST: [there], PATCH: [invalid], GET: [HEADLESS] });
    await expect(writer.ensure(PATH, HEADLESS, false)).rejects.toBe(invalid);
    expect(asked).toHaveLength(3);
  });
});

it('an invalid change of any other object is an error', async () => {
  const wanted = { metadata: { name: 'chat' }, spec: {} };
  const { writer, asked } = writerWith({ POST: [there], PATCH: [invalid] });
  await expect(writer.ensure(PATH, wanted, false)).rejects.toBe(invalid);
  expect(asked).toHaveLength(2);
});
