import { eventually } from '@tessera/testing-services';
import type { Json } from '../client';
import type { Platform } from '../platform';

const BACK_LIMIT_MS = 60_000;

/** What became of one request. */
export interface Outcome {
  readonly workload: string;
  /** 0 where the connection broke and it was not sent again. */
  readonly status: number;
  /** The reason of the gateway where no replica answered, or of the broken connection. */
  readonly reason: string;
  /** The replica that answered; empty where none did. */
  readonly pod: string;
  /** It was open through a gateway that was killed, and was sent once more through the other one. */
  readonly isSentAgain: boolean;
}

interface Attempt {
  readonly gateway: string;
  /** The gateway was killed while the request was open. */
  isCutOff: boolean;
}

/**
 * A client of workloads behind two gateways, like a load balancer in front of them: it takes turns, leaves out the
 * first gateway while that one is down, and sends a request once more only where its gateway was killed meanwhile.
 */
export class TwoGateways {
  readonly outcomes: Outcome[] = [];
  private readonly open = new Set<Attempt>();
  private isFirstUp = true;
  private turns = 0;

  constructor(private readonly platform: Platform) {}

  /** Sends a request through the next gateway, or through `gateway`. Never rejects. */
  async send(workload: string, gateway = this.next()): Promise<Outcome> {
    const attempt: Attempt = { gateway, isCutOff: false };
    this.open.add(attempt);
    const first = await this.ask(workload, gateway);
    this.open.delete(attempt);
    const isSentAgain = first.status === 0 && attempt.isCutOff;
    const outcome = { ...(isSentAgain ? await this.ask(workload, this.second) : first), isSentAgain };
    this.outcomes.push(outcome);
    return outcome;
  }

  /** The gateway that is never killed. */
  get second(): string {
    return this.platform.connection.secondGateway ?? '';
  }

  /** Kills the first gateway; resolves once it is back and in use again. */
  async killFirst(): Promise<void> {
    const { gateway, gatewayAdmin } = this.platform.connection;
    this.isFirstUp = false;
    await this.kill('gateway', gatewayAdmin, () => {
      for (const attempt of this.open) if (attempt.gateway === gateway) attempt.isCutOff = true;
    });
    this.isFirstUp = true;
  }

  /** Kills the scheduler; resolves once it is back. */
  killScheduler(): Promise<void> {
    return this.kill('scheduler', this.platform.connection.schedulerAdmin, () => undefined);
  }

  private async kill(service: string, admin: string, onKill: () => void): Promise<void> {
    const restarts = this.platform.restartsOf(service);
    process.kill(this.platform.pidOf(service), 'SIGKILL');
    onKill();
    await eventually(async () => {
      expect(this.platform.restartsOf(service)).toBe(restarts + 1);
      expect((await fetch(`${admin}/readyz`)).status).toBe(200);
    }, BACK_LIMIT_MS);
  }

  private next(): string {
    this.turns += 1;
    return this.isFirstUp && this.turns % 2 === 0 ? this.platform.connection.gateway : this.second;
  }

  private async ask(workload: string, gateway: string): Promise<Omit<Outcome, 'isSentAgain'>> {
    try {
      const response = await fetch(`${gateway}/project-1/${workload}/v1/models`);
      const body: Json = await response.json();
      const reason = response.headers.get('x-tessera-reason') ?? '';
      return { workload, status: response.status, reason, pod: String(body.pod ?? '') };
    } catch (error) {
      const { cause = error } = error as Error;
      return { workload, status: 0, reason: String(cause), pod: '' };
    }
  }
}
