import { Body, Controller, Inject, UseGuards } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { appendOutbox, PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { servedRecords } from '@tessera/application-usage';
import { UsageReport, type UsageReportAnswer } from '@tessera/contracts-internal';
import type { Clock } from '@tessera/kernel';
import { body, Signed } from '@tessera/platform-http/nest';
import type { Logger } from '@tessera/platform-logging';
import type { z } from 'zod';
import type { SchedulerConfig } from '../config';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { GatewaySignatureGuard } from '../scaling/gateway-signature.guard';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';

/**
 * Usage of the gateways of this cluster: stored as events before the gateway is answered, and published by the relay. A
 * standby takes it too: nothing is decided, and an entry that two schedulers store counts once.
 */
@Controller()
@Signed()
@UseGuards(ServedClusterGuard, GatewaySignatureGuard)
export class UsageReportsController {
  constructor(
    private readonly workloads: PostgresAcceptedWorkloads,
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: SchedulerConfig,
  ) {}

  @Serves('reportUsage')
  async report(@Body(body(UsageReport)) report: UsageReport): Promise<z.output<typeof UsageReportAnswer>> {
    const ids = [...new Set(report.entries.map(({ workloadId }) => workloadId))];
    const known = await this.workloads.load(ids);
    const records = servedRecords(report, {
      topicPrefix: this.config.TESSERA_TOPIC_PREFIX,
      workloads: new Map(known.map(({ ref }) => [ref.workloadId, ref])),
      time: new Date(this.clock.now()).toISOString(),
    });
    await appendOutbox(this.database.manager, 'scheduler', records);
    const { length: stored } = records;
    if (stored < report.entries.length)
      this.logger.warn(
        { gatewayId: report.gatewayId, unknown: report.entries.length - stored },
        'left out usage of workloads that this scheduler does not know',
      );
    return { stored };
  }
}
