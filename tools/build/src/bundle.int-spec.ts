import { readFile } from 'node:fs/promises';
import { bundle } from './bundle';

describe('the bundle of a service that talks to Kubernetes', () => {
  it('has the client, and none of the classes of kinds of objects that nobody makes', async () => {
    await bundle('apps/scheduler');
    const text = await readFile('dist/apps/scheduler/main.js', 'utf8');
    expect(text).toContain('loadFromString');
    expect(text).not.toContain('attributeTypeMap');
    expect(text).not.toContain('require("@kubernetes/client-node")');
  });
});
