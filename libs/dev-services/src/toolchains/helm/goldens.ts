import { writeFileSync } from 'node:fs';
import { cacheDir } from '@tessera/platform-config';
import { chartCases, rendered } from './chart';
import { BUILD_HELM, findHelm } from './installation';

/** Writes the current output of the chart; review the diff before committing it. */
const binary = findHelm(cacheDir());
if (binary === undefined) {
  console.error(`Helm is not built: ${BUILD_HELM}`);
  process.exitCode = 1;
} else {
  for (const one of chartCases()) {
    writeFileSync(one.golden, rendered(binary, one));
    console.log(one.golden);
  }
}
