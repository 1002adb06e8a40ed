import { writeFileSync } from 'node:fs';
import { cacheDir } from '@tessera/platform-config';
import { chartCases, rendered } from './chart';
import { BUILD_COMMAND, findHelm } from './installation';

/** Writes what the chart renders now; look at the difference before it is committed. */
const binary = findHelm(cacheDir());
if (binary === undefined) {
  console.error(`Helm is not built: ${BUILD_COMMAND}`);
  process.exitCode = 1;
} else {
  for (const one of chartCases()) {
    writeFileSync(one.golden, rendered(binary, one));
    console.log(one.golden);
  }
}
