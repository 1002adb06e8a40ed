import { eventually } from '@tessera/testing-services';
import { LIMIT_MS, type NodePlatform } from './node-platform';

const WHOLE = { gpuDevicesRequest: 1 };
const CPU = { cpuCoreRequest: 0.1 };
const PROBE = { readiness: { periodSeconds: 1, handler: { httpGet: { path: '/health', port: 8000 } } } };
const SECRET = [{ name: 'TOKEN', secret: { name: 'nowhere', key: 'token' } }];

interface Fault {
  readonly name: string;
  readonly compute: object;
  readonly spec: object;
  readonly phase: string;
  readonly reason: RegExp;
  readonly message: RegExp;
  /** Reason of the condition ResourcesReady, where the cluster lacks something that was asked for. */
  readonly lacks?: string;
}

/** What real kubelet and containerd do, and how it is reported. */
const FAULTS: readonly Fault[] = [
  {
    name: 'crashes',
    compute: WHOLE,
    spec: { args: '-exit-code 3' },
    phase: 'Degraded',
    reason: /^CrashLoopBackOff$/,
    message: /back-off .*restarting failed container/,
  },
  {
    name: 'is-never-ready',
    compute: CPU,
    spec: { args: '-unready', probes: PROBE },
    phase: 'Initializing',
    reason: /^WaitingForReplicas$/,
    message: /^/,
  },
  {
    name: 'has-no-image',
    compute: CPU,
    spec: { image: 'registry.invalid/nothing:1' },
    phase: 'Initializing',
    reason: /^(ErrImagePull|ImagePullBackOff)$/,
    message: /registry\.invalid\/nothing:1/,
  },
  {
    name: 'has-no-secret',
    compute: CPU,
    spec: { environmentVariables: SECRET },
    phase: 'Initializing',
    reason: /^CreateContainerConfigError$/,
    message: /secret "nowhere" not found/,
    lacks: 'CreateContainerConfigError',
  },
  {
    name: 'has-no-pull-secret',
    compute: CPU,
    spec: { image: 'registry.invalid/private:1', imagePullSecrets: [{ name: 'nowhere' }] },
    phase: 'Initializing',
    reason: /^(ErrImagePull|ImagePullBackOff)$/,
    message: /image pull secrets \(nowhere\)/,
    lacks: 'FailedToRetrieveImagePullSecret',
  },
];

/** Workloads with devices of their own, what goes wrong with them, and how it is reported. */
export function wholeDevices(platform: () => NodePlatform): void {
  let node: NodePlatform;
  beforeAll(() => {
    node = platform();
  });

  it('get a device of their own and answer through the gateway', async () => {
    const ids = [await node.create('one', WHOLE), await node.create('two', WHOLE)];
    await node.running(...ids);
    const answers = [await node.ask('one'), await node.ask('two')];
    const offered = node.devices.map(({ uuid }) => uuid);
    for (const { devices } of answers) expect(offered).toContain(devices);
    expect(answers[0]?.devices).not.toBe(answers[1]?.devices);
    expect(answers[0]?.host).toBe((await node.podOf(ids[0] ?? '')).metadata.name);
    const pod = await node.podOf(ids[0] ?? '');
    expect(await node.kubectl('logs', '-n', pod.metadata.namespace, pod.metadata.name)).toContain(
      `listens on :8000, devices "${answers[0]?.devices ?? ''}"`,
    );
    await node.delete(...ids);
  });

  it.each(FAULTS)(
    'say why when one $name',
    async ({ name, compute, spec, phase, reason, message, lacks }) => {
      const id = await node.create(name, compute, spec);
      await eventually(async () => {
        const reported = await node.phaseOf(id);
        expect(reported.reason).toMatch(reason);
        expect(reported.phase).toBe(phase);
        expect(reported.message).toMatch(message);
        if (lacks !== undefined) expect(reported.compiled).toBe(lacks);
      }, LIMIT_MS);
      await node.delete(id);
    },
  );

  it('become ready once their probe succeeds, and are not once it fails', async () => {
    const id = await node.create('probed', CPU, { probes: PROBE });
    await node.running(id);
    const pod = await node.podOf(id);
    const health = `http://${pod.status.podIP}:8000/health`;
    await fetch(`${health}?ready=false`, { method: 'PUT' });
    await eventually(async () => expect((await node.phaseOf(id)).phase).not.toBe('Running'), LIMIT_MS);
    // The gateway lets a request wait for a replica that is ready.
    const waiting = node.ask('probed');
    await fetch(`${health}?ready=true`, { method: 'PUT' });
    expect((await waiting).host).toBe(pod.metadata.name);
    await node.running(id);
    await node.delete(id);
  });

  it('go on while kubelet is restarted, which knows its devices again', async () => {
    const id = await node.create('lasting', WHOLE);
    await node.running(id);
    const [before, pid] = [await node.ask('lasting'), node.kubeletPid];
    process.kill(pid, 'SIGKILL');
    await eventually(() => expect(node.kubeletPid).not.toBe(pid), LIMIT_MS);
    expect(await node.ask('lasting')).toEqual(before);
    const next = await node.create('next', WHOLE);
    await node.running(id, next);
    expect((await node.ask('next')).devices).not.toBe(before.devices);
    const [container] = (await node.podOf(id)).status.containerStatuses;
    expect(container.restartCount).toBe(0);
    await node.delete(id, next);
  });

  it('are not placed on a device that is no longer healthy', async () => {
    const all = node.devices;
    const [broken, ...others] = all;
    if (broken === undefined) throw new Error('the node has no device');
    node.devices = [{ ...broken, healthy: false }, ...others];
    await eventually(async () => expect(await node.offered()).toBe(others.length), LIMIT_MS);
    const ids: string[] = [];
    const oneMore = async (): Promise<string> => {
      const id = await node.create(`device-${ids.length}`, WHOLE);
      ids.push(id);
      return id;
    };
    for (const _fitting of others) await oneMore();
    await node.running(...ids);
    // Commands of different workloads have no order among them: the one too many comes when the others run.
    const last = await oneMore();
    await eventually(async () => {
      const { phase, message } = await node.phaseOf(last);
      expect({ phase, message }).toEqual({
        phase: 'Pending',
        message: expect.stringMatching(/device/) as string,
      });
    }, LIMIT_MS);
    node.devices = all;
    await node.running(...ids);
    await node.delete(...ids);
  });
}
