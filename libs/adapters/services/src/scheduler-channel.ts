import { isIPv6, type LookupFunction } from 'node:net';
import {
  loadReportPath,
  LoadReportAnswer,
  usageReportPath,
  wakePath,
  type LoadReport,
  type UsageReport,
  type WakeRequest,
} from '@tessera/contracts-internal/gateway';
import { Pool } from 'undici';
import { RECEIVER_HEADER, SIGNATURE_HEADER, signatureOf } from './report-signature';
import type { SchedulerAddress } from './scheduler-addresses';

export interface ChannelOptions {
  readonly gatewayId: string;
  readonly clusterId: string;
  /** Signs the messages. */
  readonly key: Buffer;
  /** Numbers the wake requests of this gateway, over all channels. */
  readonly nextWake: () => number;
  readonly onAnswer: (answer: LoadReportAnswer) => void;
  /** Called after every message, with the error or undefined. */
  readonly onResult: (address: SchedulerAddress, error: unknown) => void;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Longest time of one message, ms. */
const LIMIT_MS = 3_000;
/** Reports that may be unanswered at once; a scheduler that is slower misses some. */
const MOST_REPORTS = 3;

/** Sends the messages of a gateway to one address of a scheduler. */
export class SchedulerChannel {
  private readonly pool: Pool;
  private reports = 0;
  /** Workloads to wake, each with the arrival of its first waiting request, ms. */
  private wakes = new Map<string, number>();
  private waking = false;
  /** Id of the process at the address, from its latest answer. */
  private receiver = '';

  constructor(
    readonly address: SchedulerAddress,
    private readonly options: ChannelOptions,
  ) {
    const connect = address.ip === undefined ? {} : { lookup: always(address.ip) };
    this.pool = new Pool(new URL(address.url).origin, {
      connections: MOST_REPORTS + 2,
      headersTimeout: LIMIT_MS,
      bodyTimeout: LIMIT_MS,
      connect: { timeout: LIMIT_MS, ...connect },
    });
  }

  /** Sends the report; resolves when it is answered or has failed. */
  async report(report: LoadReport): Promise<void> {
    if (this.reports >= MOST_REPORTS) return;
    this.reports += 1;
    await this.post(loadReportPath(this.options.clusterId), report);
    this.reports -= 1;
  }

  /** Sends usage; resolves once the scheduler has stored it, else rejects. */
  async reportUsage(report: UsageReport): Promise<void> {
    await this.exchange(usageReportPath(this.options.clusterId), report);
  }

  /** Asks to wake the workload: at once, or in one message with others while the last one is unanswered. */
  wake(workloadId: string, heldAt: number): void {
    this.wakes.set(workloadId, heldAt);
    if (!this.waking) void this.sendWakes();
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async sendWakes(): Promise<void> {
    const { gatewayId, clusterId, now, nextWake } = this.options;
    this.waking = true;
    while (this.wakes.size > 0) {
      const wakes = this.wakes;
      this.wakes = new Map();
      const workloads = [...wakes].map(([workloadId, heldAt]) => ({
        workloadId,
        heldAgoMs: Math.max(0, now() - heldAt),
      }));
      await this.post(wakePath(clusterId), {
        gatewayId,
        sequence: nextWake(),
        workloads,
      } satisfies WakeRequest);
    }
    this.waking = false;
  }

  private async post(path: string, message: LoadReport | WakeRequest): Promise<void> {
    const { onAnswer, onResult } = this.options;
    try {
      onAnswer(LoadReportAnswer.parse(JSON.parse(await this.exchange(path, message))));
      onResult(this.address, undefined);
    } catch (error) {
      onResult(this.address, error);
    }
  }

  /** The text of the answer; rejects where it is none of success. */
  private async exchange(path: string, message: LoadReport | WakeRequest | UsageReport): Promise<string> {
    const body = JSON.stringify(message);
    let response = await this.send(path, body);
    // Another process listens there now, or the first message is sent.
    if (response.statusCode === 409 && this.learnReceiver(response.headers[RECEIVER_HEADER])) {
      await response.body.dump();
      response = await this.send(path, body);
    }
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${text.slice(0, 200)}`);
    return text;
  }

  private send(path: string, body: string) {
    const { receiver } = this;
    return this.pool.request({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        [RECEIVER_HEADER]: receiver,
        [SIGNATURE_HEADER]: signatureOf(this.options.key, { path, receiver, body }),
      },
      body,
    });
  }

  /** Returns false if the receiver was known already, so that the same message is not sent forever. */
  private learnReceiver(receiver: string | string[] | undefined): boolean {
    if (typeof receiver !== 'string' || receiver === this.receiver) return false;
    this.receiver = receiver;
    return true;
  }
}

/** Resolves every name to one address, so that TLS and the Host header still see the name. */
const always =
  (ip: string): LookupFunction =>
  (_host, options, callback) => {
    const family = isIPv6(ip) ? 6 : 4;
    if (options.all === true) callback(null, [{ address: ip, family }]);
    else callback(null, ip, family);
  };
