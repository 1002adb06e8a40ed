import {
  accepted,
  LostAnswerError,
  NotLeadingError,
  type NewReplica,
} from '@tessera/application-reconciliation';
import { toIntent } from '@tessera/domain-workload';
import type { KubernetesConnection } from '../api/connection';
import { KubernetesApiError } from '../api/errors';
import { COMMAND } from '../testing/command';
import { KubernetesClusterWriter, type WriterOptions } from './cluster-writer';

const spec = { image: 'model:1', compute: {} };
const target = {
  workload: accepted({ ...COMMAND, spec }, COMMAND.createdAt),
  intent: toIntent(spec).intent,
};
const replica: NewReplica = {
  ordinal: 0,
  name: 'chat-0',
  placement: { node: 'node-a', kind: 'none', devices: [] },
};
const PODS = '/api/v1/namespaces/runai-project-1/pods';

/** A writer whose requests for pods end as given, in turn. */
function writerWith(mayWrite: boolean, ...ends: readonly unknown[]) {
  const left = [...ends];
  const shown: unknown[] = [];
  const connection = {
    request: async () => {
      const end = left.shift();
      if (end instanceof Error) throw end;
      return end;
    },
  } as unknown as KubernetesConnection;
  const cache = { record: () => ({ metadata: { name: 'r', uid: 'u' } }), claimsWithoutNode: () => [] };
  const listener = { onPod: (pod: unknown) => void shown.push(pod), onPodGone: () => undefined };
  const options = {
    sharing: { deviceNames: 'uuid', enforcement: 'none' },
    mayWrite: () => mayWrite,
  } as unknown as WriterOptions;
  return { writer: new KubernetesClusterWriter(connection, cache as never, listener, options), shown };
}

const answer = (status: number, reason: string): Error =>
  new KubernetesApiError(status, 'POST', PODS, { reason });
const fault = (code: string): Error => Object.assign(new Error(code), { code });

describe('a creation of a pod', () => {
  it.each([
    ['the connection was reset', fault('ECONNRESET')],
    ['the connection was closed', fault('UND_ERR_SOCKET')],
    ['no answer came in time', fault('UND_ERR_HEADERS_TIMEOUT')],
    ['the answer was cut off', new SyntaxError('Unexpected end of JSON input')],
    ['the server failed', answer(500, 'InternalError')],
    ['the server gave up waiting', answer(504, 'Timeout')],
    ['a proxy gave up waiting', answer(502, '')],
  ])('has an unknown outcome if %s', async (_why, error) => {
    await expect(writerWith(true, error).writer.createReplica(target, replica)).rejects.toThrow(
      LostAnswerError,
    );
  });

  it('has taken its place if the pod exists, readable or not', async () => {
    const { writer } = writerWith(true, answer(409, 'AlreadyExists'), fault('ECONNREFUSED'));
    await expect(writer.createReplica(target, replica)).rejects.toThrow(LostAnswerError);
  });

  it.each([
    ['nobody listens', true, fault('ECONNREFUSED')],
    ['the server refuses it', true, answer(422, 'Invalid')],
    ['the server has no time for it', true, answer(429, 'TooManyRequests')],
    ['this scheduler does not lead', false, new NotLeadingError('another leads')],
  ])('has failed if %s', async (_why, mayWrite, error) => {
    const failed = writerWith(mayWrite, error).writer.createReplica(target, replica);
    await expect(failed).rejects.not.toBeInstanceOf(LostAnswerError);
  });
});

it('the problem of a lost answer is that of its cause', () => {
  const { writer } = writerWith(true);
  const message = 'other side closed';
  expect(writer.problemOf(new LostAnswerError(new Error(message)))).toEqual({
    ...{ final: false, reason: 'ClusterUnavailable', message },
  });
});

describe('the check for a pod', () => {
  it('shows the one that exists', async () => {
    const { writer, shown } = writerWith(true, { metadata: { name: 'chat-0' } });
    expect(await writer.findReplica({ namespace: 'runai-project-1', name: 'chat-0' })).toBe(true);
    expect(shown).toEqual([{ metadata: { name: 'chat-0' } }]);
  });

  it('distinguishes one that does not exist from one that cannot be read', async () => {
    const name = { namespace: 'runai-project-1', name: 'chat-0' };
    expect(await writerWith(true, answer(404, 'NotFound')).writer.findReplica(name)).toBe(false);
    await expect(writerWith(true, answer(503, '')).writer.findReplica(name)).rejects.toThrow('503');
  });
});
