import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  LoadReport,
  UsageReport,
  loadReportPath,
  usageReportPath,
  type LoadReportAnswer,
} from '@tessera/contracts-internal/gateway';

/** A scheduler that takes what one gateway reports, and says that what waits is starting. */
export class StubScheduler {
  /** Requests and tokens that were reported as usage. */
  readonly usage = { requests: 0, tokens: 0 };
  private readonly sequences = new Set<number>();
  private readonly server = createServer((request, response) => {
    void text(request).then((body) => response.end(JSON.stringify(this.answer(request.url ?? '', body))));
  });

  constructor(private readonly clusterId: string) {}

  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`),
      ),
    );
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(path: string, body: string): object {
    if (path === usageReportPath(this.clusterId)) return this.store(UsageReport.parse(JSON.parse(body)));
    const held = path === loadReportPath(this.clusterId) ? heldIn(LoadReport.parse(JSON.parse(body))) : [];
    return {
      leading: true,
      gateways: 1,
      workloads: held.map((workloadId) => ({ workloadId, state: 'starting' })),
      asked: [],
    } satisfies LoadReportAnswer;
  }

  private store({ entries }: UsageReport): object {
    for (const { sequence, requests, inputTokens, outputTokens } of entries) {
      if (this.sequences.has(sequence)) continue;
      this.sequences.add(sequence);
      this.usage.requests += requests;
      this.usage.tokens += inputTokens + outputTokens;
    }
    return { stored: entries.length };
  }
}

const heldIn = ({ workloads }: LoadReport): readonly string[] =>
  workloads.filter(({ held }) => held > 0).map(({ workloadId }) => workloadId);
