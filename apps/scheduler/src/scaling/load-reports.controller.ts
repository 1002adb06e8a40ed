import { Body, Controller, Inject, UseGuards } from '@nestjs/common';
import { ScalingController, SharedLimits } from '@tessera/application-reconciliation';
import { LoadReport, WakeRequest, type LimitPart, type LoadReportAnswer } from '@tessera/contracts-internal';
import { maybe, type Clock } from '@tessera/kernel';
import { body, Signed } from '@tessera/platform-http/nest';
import { ServedClusterGuard } from '../http/served-cluster.guard';
import { Serves } from '../http/serves';
import { STEADY_CLOCK } from '../settings/tokens';
import { Leadership } from '../leadership/leadership';
import { GatewaySignatureGuard } from './gateway-signature.guard';

/** Load reports and wake requests of the gateways of this cluster. */
@Controller()
@Signed()
@UseGuards(ServedClusterGuard, GatewaySignatureGuard)
export class LoadReportsController {
  constructor(
    private readonly scaling: ScalingController,
    private readonly leadership: Leadership,
    private readonly limits: SharedLimits,
    @Inject(STEADY_CLOCK) private readonly clock: Clock,
  ) {}

  @Serves('reportLoad')
  report(@Body(body(LoadReport)) report: LoadReport): LoadReportAnswer {
    this.scaling.receive(report);
    const held = report.workloads.filter((workload) => workload.held > 0 || workload.wake);
    // Recorded by a standby too, which may lead at the next report.
    const parts = this.limits.receive(report, this.scaling.gateways, this.clock.now());
    return this.answer(
      held.map(({ workloadId }) => workloadId),
      parts,
    );
  }

  @Serves('requestWake')
  wake(@Body(body(WakeRequest)) request: WakeRequest): LoadReportAnswer {
    this.scaling.wake(request);
    return this.answer(request.workloads.map(({ workloadId }) => workloadId));
  }

  /** A standby records the load and decides nothing. */
  private answer(held: readonly string[], parts?: LimitPart[]): LoadReportAnswer {
    const { leading } = this.leadership;
    if (!leading) return { leading, workloads: [], asked: [] };
    return {
      leading,
      gateways: this.scaling.gateways,
      workloads: held.map((id) => this.scaling.heldStateOf(id)),
      asked: [...this.scaling.wanted],
      ...maybe('parts', parts),
    };
  }
}
