import { Circuit, CircuitOpenError } from './circuit';

class Refused extends Error {}

describe('a circuit that opens after three failures for 5 s', () => {
  let now: number;
  let circuit: Circuit;
  let calls: number;
  beforeEach(() => {
    now = 0;
    calls = 0;
    circuit = new Circuit({
      failures: 3,
      openMs: 5_000,
      isFailure: (error) => !(error instanceof Refused),
      now: () => now,
    });
  });

  const call = (outcome: unknown): Promise<unknown> =>
    circuit
      .run(async () => {
        calls += 1;
        if (outcome instanceof Error) throw outcome;
        return outcome;
      })
      .catch((error: unknown) => error);
  const fail = async (times: number): Promise<void> => {
    for (let count = 0; count < times; count += 1) await call(new Error('away'));
  };

  it('lets every call through while fewer have failed in a row', async () => {
    await fail(2);
    expect(await call('fine')).toBe('fine');
    await fail(2);
    expect([circuit.state, calls]).toEqual(['closed', 5]);
  });

  it('refuses calls at once after that, with the cause and the time of the next one', async () => {
    await fail(3);
    now = 1_500;
    const refused = await call('fine');
    expect(refused).toBeInstanceOf(CircuitOpenError);
    expect(refused).toMatchObject({
      retryAfterMs: 3_500,
      message: 'not asked, since 3 calls in a row have failed (the next one is tried in 4 s): away',
    });
    expect([circuit.state, calls]).toEqual(['open', 3]);
  });

  it('is closed by one call that succeeds when the time is over', async () => {
    await fail(3);
    now = 5_000;
    expect(circuit.state).toBe('half-open');
    expect(await call('fine')).toBe('fine');
    expect(circuit.state).toBe('closed');
  });

  it('opens again for as long when that call fails', async () => {
    await fail(3);
    now = 5_000;
    await fail(1);
    now = 9_999;
    expect([circuit.state, await call('fine')]).toEqual(['open', expect.any(CircuitOpenError)]);
    expect(calls).toBe(4);
  });

  it('lets one call through at a time while half open', async () => {
    await fail(3);
    now = 5_000;
    let end = (_value: string): void => undefined;
    const probe = circuit.run(() => new Promise<string>((resolve) => (end = resolve)));
    expect(await call('fine')).toBeInstanceOf(CircuitOpenError);
    end('back');
    expect(await probe).toBe('back');
    expect(await call('fine')).toBe('fine');
  });

  it('is not opened by refusals of a service that works, and is closed by one', async () => {
    for (let count = 0; count < 5; count += 1) await call(new Refused());
    expect(circuit.state).toBe('closed');
    await fail(3);
    now = 5_000;
    await call(new Refused());
    expect(circuit.state).toBe('closed');
  });

  it('stays open no longer when calls that had begun before fail later', async () => {
    const late = circuit.run(async () => {
      await fail(3);
      now = 4_000;
      throw new Error('late');
    });
    await expect(late).rejects.toThrow('late');
    now = 5_000;
    expect(circuit.state).toBe('half-open');
  });
});
