import { ServerVersion } from './server-version';

/** A server whose answers are given one after the other; an error is one that could not be read. */
function serverWith(...answers: readonly (string | Error)[]) {
  const calls: string[] = [];
  const request = (method: string, path: string): Promise<never> => {
    const answer = answers[calls.push(`${method} ${path}`) - 1];
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ major: '1', minor: answer } as never);
  };
  return { version: new ServerVersion({ request }), calls };
}

describe('whether hooks can sleep', () => {
  it.each([
    ['29', false],
    ['30', true],
    ['30+', true],
    ['36', true],
    ['', false],
  ])('on version 1.%s: %s', async (minor, sleeps) => {
    expect(await serverWith(minor).version.hasSleepAction()).toBe(sleeps);
  });

  it('is read once', async () => {
    const { version, calls } = serverWith('36');
    await Promise.all([version.hasSleepAction(), version.hasSleepAction()]);
    await version.hasSleepAction();
    expect(calls).toEqual(['GET /version']);
  });

  it('is unknown, so no, while the version cannot be read, and read again', async () => {
    const { version } = serverWith(new Error('forbidden'), '36');
    expect(await version.hasSleepAction()).toBe(false);
    expect(await version.hasSleepAction()).toBe(true);
  });
});
