/**
 * Who may import whom, by the `layer:` tag of each package. Dependencies point down; a layer that is not named cannot
 * be imported at all, so nobody but a tool or an end-to-end test reaches an app.
 */
const ALLOWED = {
  kernel: ['kernel'],
  domain: ['domain', 'kernel'],
  contracts: ['contracts', 'domain', 'kernel'],
  application: ['application', 'contracts', 'domain', 'kernel'],
  platform: ['platform', 'kernel'],
  adapters: ['application', 'contracts', 'domain', 'platform', 'kernel'],
  simulation: ['simulation', 'adapters', 'application', 'contracts', 'domain', 'platform', 'kernel'],
  app: ['simulation', 'adapters', 'application', 'contracts', 'domain', 'platform', 'kernel'],
  'dev-services': ['dev-services', 'platform', 'kernel'],
  testing: [
    'adapters',
    'application',
    'contracts',
    'domain',
    'platform',
    'kernel',
    'dev-services',
    'simulation',
    'testing',
    'tool',
  ],
  e2e: [
    'adapters',
    'app',
    'application',
    'contracts',
    'domain',
    'platform',
    'kernel',
    'dev-services',
    'simulation',
    'testing',
    'tool',
  ],
  tool: [
    'adapters',
    'app',
    'application',
    'contracts',
    'domain',
    'platform',
    'kernel',
    'dev-services',
    'simulation',
    'testing',
    'tool',
  ],
};

/** npm packages per layer; a layer that is not named here may use any. */
const PACKAGES = {
  kernel: [],
  // Calendar arithmetic of cron expressions in time zones; it is given the time and asks for none.
  domain: ['croner'],
  contracts: ['zod'],
  // A bounded map; it is given no clock.
  application: ['lru-cache'],
};

/** One vendor per adapter, by its `scope:` tag, so that it can be exchanged without the others. */
const VENDORS = {
  'event-log': ['typeorm', 'pg'],
  // The client, and decoders of the codecs that it lacks.
  kafka: ['kafkajs', 'fzstd', 'lz4js', 'snappyjs'],
  kubernetes: ['@kubernetes/client-node', 'undici', 'yaml'],
  oidc: ['jose', 'lru-cache'],
  postgres: ['typeorm', 'pg', 'lru-cache'],
  prometheus: [],
  // Responses are checked by the schemas of the contract.
  services: ['undici', 'zod'],
};

/** What tests need on top of that; the sources they test stay without it. */
const TEST_PACKAGES = ['cloudevents', 'fast-check', 'yaml'];

const layer = (name) => `layer:${name}`;

/** Constraints for `@nx/enforce-module-boundaries` on sources. */
export const sourceConstraints = [
  ...Object.entries(ALLOWED).map(([name, below]) => ({
    sourceTag: layer(name),
    onlyDependOnLibsWithTags: below.map(layer),
    ...(name in PACKAGES && { allowedExternalImports: PACKAGES[name] }),
  })),
  ...Object.entries(VENDORS).map(([scope, allowedExternalImports]) => ({
    allSourceTags: [layer('adapters'), `scope:${scope}`],
    onlyDependOnLibsWithTags: ['*'],
    allowedExternalImports,
  })),
];

/** The same for tests and the fakes beside them: they may also use the testing packages and start real services. */
export const testConstraints = sourceConstraints.map((constraint) => ({
  ...constraint,
  onlyDependOnLibsWithTags: [
    ...new Set([...constraint.onlyDependOnLibsWithTags, layer('testing'), layer('dev-services')]),
  ],
  ...(constraint.allowedExternalImports && {
    allowedExternalImports: [...constraint.allowedExternalImports, ...TEST_PACKAGES],
  }),
}));
