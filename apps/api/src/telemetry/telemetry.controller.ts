import { Controller, Inject } from '@nestjs/common';
import type { Input } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { principalOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { CLOCK } from '../providers';
import { NodeTelemetry } from './node-telemetry';
import { OrgUnitTelemetry } from './org-unit-telemetry';
import { telemetryAnswer } from './telemetry-answer';

/** Telemetry of nodes, projects and departments: the present, in groups. */
@Controller()
export class TelemetryController {
  constructor(
    private readonly nodes: NodeTelemetry,
    private readonly orgUnits: OrgUnitTelemetry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Operation('get_node_telemetry')
  async ofNodes({ query }: Input<'get_node_telemetry'>, call: Call): Reply<'get_node_telemetry'> {
    const now = this.clock.now();
    return answer(query, now, await this.nodes.read(query, principalOf(call), now), call);
  }

  @Operation('get_projects_telemetry')
  async ofProjects({ query }: Input<'get_projects_telemetry'>, call: Call): Reply<'get_projects_telemetry'> {
    const values = await this.orgUnits.ofProjects(query, principalOf(call));
    return answer(query, this.clock.now(), values, call);
  }

  @Operation('get_departments_telemetry')
  async ofDepartments(
    { query }: Input<'get_departments_telemetry'>,
    call: Call,
  ): Reply<'get_departments_telemetry'> {
    const values = await this.orgUnits.ofDepartments(query, principalOf(call));
    return answer(query, this.clock.now(), values, call);
  }
}

const answer = (
  { telemetryType: type, groupBy = [] }: { telemetryType: string; groupBy?: readonly string[] | undefined },
  now: number,
  values: Parameters<typeof telemetryAnswer>[0]['values'],
  call: Call,
) => telemetryAnswer({ type, now, groupBy, values }, call);
