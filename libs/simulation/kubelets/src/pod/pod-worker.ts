import { ANNOTATIONS } from '@tessera/contracts-kubernetes';
import { exponentialMs, maybe } from '@tessera/kernel';
import { pause } from '@tessera/platform-lifecycle';
import {
  type Container,
  type ContainerState,
  isTerminal,
  type Pod,
} from '@tessera/simulation-kubernetes-api/wire';
import type { Device } from '../node/devices';
import type { EventText } from '../objects/events';
import { isNowhere, noPullSecrets } from './images';
import { knobsOf, type Knobs } from '../endpoint/knobs';
import { ModelServer, NO_TRAFFIC, type Traffic } from './model-server';
import { confirmDeletion } from './confirm-deletion';
import type { PodHost } from './pod-host';
import { PodLog } from './pod-log';
import {
  backOff,
  created,
  EVICTED,
  NO_DEVICE,
  scheduled,
  statusOf,
  waiting,
  type ContainerRun,
  type End,
  type PodRun,
} from './pod-status';
import { probeOnce, servingPortOf, type ProbeTarget } from './readiness';
import { reportServingAddress } from './serving-address';
import { reportDevice, visibleDevicesOf } from '../node/visible-devices';
import { timestamp } from '../timestamp';
import { StatusWriter } from './status-writer';
import { untilSolved } from './until-solved';

/** Runs one pod on a simulated node from admission to removal. */
export class PodWorker {
  readonly log = new PodLog();
  readonly startedAt = Date.now();
  private readonly life = new AbortController();
  private readonly writer: StatusWriter;
  private readonly knobs: Knobs;
  private run: PodRun;
  private server: ModelServer | undefined;
  private actual: ProbeTarget['actual'];
  private finished: Promise<void> = Promise.resolve();
  private endRun: ((end: End) => void) | undefined;
  private closing = false;
  /** Restart count of the containers. */
  private restarts = 0;
  private visible: readonly string[] = [];

  constructor(
    private pod: Pod,
    private readonly host: PodHost,
  ) {
    this.knobs = knobsOf(pod);
    this.writer = new StatusWriter(host.client, pod, host.logger);
    this.run = {
      phase: 'Pending',
      startTime: pod.status?.startTime ?? timestamp(),
      containers: {},
      devices: [],
    };
  }

  get current(): Pod {
    return this.pod;
  }

  get hasEnded(): boolean {
    return this.run.phase === 'Failed' || this.run.phase === 'Succeeded';
  }

  get devices(): readonly Device[] {
    return this.run.devices;
  }

  get visibleDevices(): readonly string[] {
    return this.visible;
  }

  get traffic(): Traffic {
    return this.server?.traffic ?? NO_TRAFFIC;
  }

  get fixedGpuUtilisation(): number | undefined {
    return this.knobs.gpuUtilisation;
  }

  start(): void {
    if (isTerminal(this.pod)) return;
    this.finished = this.live().catch((error: unknown) => {
      if (!this.life.signal.aborted)
        this.host.logger.error({ err: error, pod: this.pod.metadata.name }, 'a simulated pod failed');
    });
  }

  /** Applies the newest version of the pod; one that is being deleted starts to terminate. */
  update(pod: Pod): void {
    this.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) void this.terminate();
  }

  /** Ends the run of the containers like a crash. */
  crash(exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error'): void {
    this.endRun?.({ exitCode, reason });
  }

  /** Ends the pod like a kubelet, by default of a node that runs out of memory: the object remains and holds nothing. */
  evict(why = EVICTED): void {
    this.life.abort();
    this.crash(137);
    this.record({ type: 'Warning', ...why });
    this.run = { ...this.run, ...why };
    this.setAll({ terminated: { exitCode: 137, reason: 'Error' } }, undefined, 'Failed');
    void this.server?.close(0);
    this.release();
  }

  /** Makes the probes of the pod fail, or pass again. */
  setUnready(unready: boolean): void {
    if (this.server !== undefined) this.server.unready = unready;
  }

  /** The pod was removed from the API: everything it holds is released. */
  async drop(): Promise<void> {
    this.life.abort();
    this.writer.stop();
    this.endRun?.({ exitCode: 137, reason: 'Error' });
    // Before the server has closed, so that the next pod finds the devices free.
    this.release();
    await this.server?.close(0);
  }

  private async live(): Promise<void> {
    if (!this.admitted()) return;
    const resumed = this.pod.status?.phase === 'Running';
    if (!resumed) await this.prepare();
    else this.visible = await visibleDevicesOf(this.pod, this.host.references);
    for (let first = true; !this.life.signal.aborted; first = false) {
      if (!(resumed && first)) await this.create();
      if (this.life.signal.aborted) return;
      const end = await this.serve();
      if (this.life.signal.aborted || !(await this.restartAfter(end))) return;
    }
  }

  private admitted(): boolean {
    const refused = this.host.admit(this.pod) ?? (this.takeDevices() ? undefined : NO_DEVICE);
    if (refused === undefined) return true;
    this.record({ type: 'Warning', ...refused });
    this.report({ phase: 'Failed', reason: refused.reason, message: `Pod was rejected: ${refused.message}` });
    return false;
  }

  private takeDevices(): boolean {
    const devices = this.host.devices.assign(this.pod);
    if (devices === undefined) return false;
    this.run = { ...this.run, devices };
    return true;
  }

  /** Volumes and init containers: the steps that run once per pod. */
  private async prepare(): Promise<void> {
    const initial = this.pod.spec.initContainers ?? [];
    this.record(scheduled(this.pod.metadata, this.host.node));
    this.setAll(waiting(initial.length > 0 ? 'PodInitializing' : 'ContainerCreating'));
    await this.waitFor('FailedMount', () => this.host.references.volumeProblem(this.pod));
    this.run = { ...this.run, podIP: this.host.addresses.take() };
    for (const container of initial) await this.runInitial(container);
  }

  private async runInitial(container: Container): Promise<void> {
    await this.pull(container);
    this.set(container.name, { state: { running: { startedAt: timestamp() } }, started: true });
    await pause(this.host.timing.startMs, this.life.signal);
    this.set(container.name, {
      state: {
        terminated: { exitCode: 0, reason: 'Completed', startedAt: timestamp(), finishedAt: timestamp() },
      },
      ready: true,
      started: false,
    });
  }

  /** Pulls images and checks the references in the containers' environments. */
  private async create(): Promise<void> {
    const lacking = await this.host.references.missingPullSecrets(this.pod);
    if (lacking.length > 0) this.record(noPullSecrets(lacking));
    for (const container of this.pod.spec.containers) {
      await this.pull(container);
      await this.waitFor(
        'Failed',
        () => this.host.references.environmentProblem(this.pod, container),
        (problem) => this.set(container.name, { state: waiting('CreateContainerConfigError', problem) }),
      );
    }
    this.visible = await visibleDevicesOf(this.pod, this.host.references);
  }

  private async pull({ name, image = '', imagePullPolicy }: Container): Promise<void> {
    if (imagePullPolicy !== 'Always' && this.host.images.has(image)) {
      this.note('Pulled', `Container image "${image}" already present on machine`);
      return;
    }
    this.note('Pulling', `Pulling image "${image}"`);
    const began = Date.now();
    for (let failed = false; isNowhere(image) && !this.life.signal.aborted; failed = true) {
      const message = failed
        ? `Back-off pulling image "${image}"`
        : `failed to resolve reference "${image}": no such host`;
      this.set(name, { state: waiting(failed ? 'ImagePullBackOff' : 'ErrImagePull', message) });
      this.record({ type: 'Warning', reason: 'Failed', message });
      await pause(this.host.timing.crashBackoffMs, this.life.signal);
    }
    await pause(this.host.timing.pullMs, this.life.signal);
    if (this.life.signal.aborted) return;
    this.host.images.add(image);
    const took = `${Date.now() - began}ms`;
    this.note('Pulled', `Successfully pulled image "${image}" in ${took} (${took} including waiting)`);
  }

  /** Retries until nothing is missing. */
  private waitFor(
    reason: string,
    problem: () => Promise<string | undefined>,
    onProblem: (problem: string) => void = () => undefined,
  ): Promise<void> {
    const reported = (found: string): void => {
      onProblem(found);
      this.record({ type: 'Warning', reason, message: reason === 'Failed' ? `Error: ${found}` : found });
    };
    const { referenceRetryMs } = this.host.timing;
    return untilSolved({ problem, onProblem: reported, pauseMs: referenceRetryMs, signal: this.life.signal });
  }

  /** Starts the containers, probes them, and resolves when they end. */
  private async serve(): Promise<End> {
    await pause(this.host.timing.startMs + this.knobs.startMs, this.life.signal);
    if (this.life.signal.aborted) return { exitCode: 0, reason: 'Completed' };
    const run = new AbortController();
    const ended = new Promise<End>((resolve) => (this.endRun = resolve));
    const problem = await this.openServer().then(() => undefined, String);
    if (problem !== undefined) return this.notStarted(problem, ended);
    for (const { name } of this.pod.spec.containers) {
      this.note('Created', `Container created: ${name}`);
      this.note('Started', `Container started: ${name}`);
    }
    const probed = new Set(this.pod.spec.containers.flatMap((one) => (one.readinessProbe ? [one.name] : [])));
    this.setAll(
      { running: { startedAt: timestamp() } },
      (name) => ({ ready: !probed.has(name), started: true, restartCount: this.restarts }),
      'Running',
    );
    await reportDevice(this.pod, this.run.devices, this.host.client);
    for (const container of this.pod.spec.containers)
      if (container.readinessProbe !== undefined) void this.probe(container, run.signal);
    const { crashAfterMs, exitCode } = this.knobs;
    const timer =
      crashAfterMs === undefined ? undefined : setTimeout(() => this.crash(exitCode), crashAfterMs);
    const end = await ended;
    clearTimeout(timer);
    run.abort();
    if (!this.closing) await this.server?.close(0);
    return end;
  }

  /** It does not retry by itself: where file descriptors are short, the API needs the next one. */
  private notStarted(problem: string, ended: Promise<End>): Promise<End> {
    this.setAll(waiting('RunContainerError', problem));
    this.record({ type: 'Warning', reason: 'Failed', message: `Error: ${problem}` });
    return ended;
  }

  private async openServer(): Promise<void> {
    const port = servingPortOf(this.pod, ANNOTATIONS.servingPort);
    const podIP = this.run.podIP ?? this.host.addresses.take();
    this.run = { ...this.run, podIP };
    if (port === undefined) return;
    const server = (this.server = new ModelServer(this.pod, this.knobs, (line) => this.log.add(line)));
    this.actual = await server.listen(podIP, port);
    this.log.add(`serving on ${this.actual.host}:${this.actual.port}`);
    if (this.actual.host === podIP && this.actual.port === port) return;
    await reportServingAddress(this.pod, this.actual, this.host.client);
  }

  private async probe(container: Container, signal: AbortSignal): Promise<void> {
    const probe = container.readinessProbe ?? {};
    await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
    for (let streak = 0, last: boolean | undefined; !signal.aborted;) {
      const target: ProbeTarget = {
        podIP: this.run.podIP ?? '',
        servingPort: servingPortOf(this.pod, ANNOTATIONS.servingPort),
        actual: this.actual,
      };
      const { ok, message } = await probeOnce(container, probe, target);
      if (signal.aborted) return;
      streak = ok === last ? streak + 1 : 1;
      last = ok;
      if (!ok)
        this.record({
          type: 'Warning',
          reason: 'Unhealthy',
          message: `Readiness probe failed: ${message}`,
        });
      const needed = (ok ? probe.successThreshold : probe.failureThreshold) ?? 1;
      if (streak >= needed && this.run.containers[container.name]?.ready !== ok)
        this.set(container.name, { ready: ok });
      await pause((probe.periodSeconds ?? 10) * 1000, signal);
    }
  }

  /** Whether the containers restart, after the backoff of a crash loop where there is one. */
  private async restartAfter({ exitCode, reason }: End): Promise<boolean> {
    const policy = this.pod.spec.restartPolicy ?? 'Always';
    const terminated: ContainerState = {
      terminated: { exitCode, reason, startedAt: this.run.startTime, finishedAt: timestamp() },
    };
    if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0)) {
      this.setAll(terminated, () => ({ started: false }), exitCode === 0 ? 'Succeeded' : 'Failed');
      await this.writer.flush();
      this.release();
      return false;
    }
    this.setAll(terminated, () => ({ lastState: terminated, started: false }));
    const { crashBackoffMs: firstMs } = this.host.timing;
    const backoff = this.restarts === 0 ? 0 : exponentialMs(this.restarts, { firstMs, maxMs: 30 * firstMs });
    this.restarts += 1;
    if (backoff === 0) return true;
    const reported = backOff(this.pod, backoff);
    this.setAll(waiting('CrashLoopBackOff', reported.message), () => ({ lastState: terminated }));
    this.record(reported.event);
    await pause(backoff, this.life.signal);
    return true;
  }

  /** Graceful termination: the server drains, the status reports it, the API may remove the pod. */
  private async terminate(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    const grace = (this.pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
    const wasRunning = this.run.phase === 'Running';
    this.life.abort();
    if (wasRunning)
      for (const { name } of this.pod.spec.containers) this.note('Killing', `Stopping container ${name}`);
    if (wasRunning) await pause(Math.min(this.knobs.stopMs, grace));
    await this.server?.close(Math.max(0, grace - this.knobs.stopMs));
    this.endRun?.({ exitCode: 0, reason: 'Completed' });
    await this.finished;
    if (wasRunning)
      this.setAll({ terminated: { exitCode: 0, reason: 'Completed', finishedAt: timestamp() } }, () => ({
        started: false,
      }));
    await this.writer.flush();
    await confirmDeletion(this.pod, this.host);
  }

  private release(): void {
    this.host.devices.release(this.pod.metadata.uid ?? '');
    if (this.run.podIP !== undefined) this.host.addresses.release(this.run.podIP);
  }

  private setAll(
    state: ContainerState,
    more: (name: string) => Partial<ContainerRun> = () => ({}),
    phase?: PodRun['phase'],
  ): void {
    const containers = Object.fromEntries(
      this.pod.spec.containers.map(({ name }) => [
        name,
        { ...(this.run.containers[name] ?? created(state)), ready: false, ...more(name), state },
      ]),
    );
    this.report({
      containers: { ...this.run.containers, ...containers },
      ...maybe('phase', phase),
    });
  }

  private set(name: string, change: Partial<ContainerRun>): void {
    const before = this.run.containers[name] ?? created(waiting('PodInitializing'));
    this.report({ containers: { ...this.run.containers, [name]: { ...before, ...change } } });
  }

  private report(change: Partial<PodRun>): void {
    this.run = { ...this.run, ...change };
    this.writer.write(statusOf(this.pod, this.run, this.host.hostIP, this.writer.conditions, timestamp()));
  }

  private note(reason: string, message: string): void {
    this.record({ type: 'Normal', reason, message });
  }

  private record(text: EventText): void {
    this.host.events.record({ ...this.pod, kind: 'Pod' }, this.host.node, text);
  }
}
