import { z } from 'zod';
import { ScalingQueries } from '@tessera/contracts-metrics';
import { yamlFile } from '@tessera/platform-config';
import type { MetricsConfig } from '../config';

/** The queries of the file that the setting names; throws with every problem at once. */
export const configuredQueries = ({
  TESSERA_SCALING_QUERIES_FILE: file,
}: Pick<MetricsConfig, 'TESSERA_SCALING_QUERIES_FILE'>): ScalingQueries =>
  file === undefined
    ? {}
    : yamlFile('TESSERA_SCALING_QUERIES_FILE', file, (content) => {
        const parsed = ScalingQueries.safeParse(content ?? {});
        return parsed.success
          ? { settings: parsed.data }
          : { problems: z.prettifyError(parsed.error).split('\n') };
      });
