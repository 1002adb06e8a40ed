import { Body, Controller, Inject, UseGuards } from '@nestjs/common';
import { readScalingValues, type ScalingDependencies } from '@tessera/application-measuring';
import { ScalingValuesQuery, type ScalingValues } from '@tessera/contracts-internal';
import { HttpError } from '@tessera/platform-http';
import { DecodePipe, Signed } from '@tessera/platform-http/nest';
import { Serves } from '../http/serves';
import { SignatureGuard } from '../http/signature.guard';

/** Dependencies of the values by which workloads scale (`ScalingDependencies`). */
export const SCALING = Symbol('dependencies of the values by which workloads scale');

const query = new DecodePipe((given) => {
  const parsed = ScalingValuesQuery.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new HttpError(400, 'The query cannot be understood.', parsed.error.issues[0]?.message);
});

/** Values of metrics by name, for the schedulers. */
@Controller()
@Signed()
@UseGuards(SignatureGuard)
export class ScalingValuesController {
  constructor(@Inject(SCALING) private readonly dependencies: ScalingDependencies) {}

  @Serves('scalingValues')
  values(@Body(query) { metrics }: ScalingValuesQuery): Promise<ScalingValues> {
    return readScalingValues(this.dependencies, metrics);
  }
}
