/** The boundaries, checked by `npm run boundaries`. Tests, and the `testing/` helpers beside them, may reach further than what they test. */
const TEST = '(?:\\.test\\.ts$|/testing/)';

module.exports = {
  forbidden: [
    {
      name: 'services-meet-at-read',
      comment: 'A service uses nothing of another service but its read module, and what it answers about what has not happened.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: TEST },
      to: { path: '^services/', pathNot: ['^services/$1/', '^services/[^/]+/(?:read|what-if)\\.ts$'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Deciding functions know the kernel, their own domain and the shapes of contracts. No I/O, clock, environment, zod or SDK.',
      severity: 'error',
      from: { path: '^services/[^/]+/domain/', pathNot: TEST },
      to: { pathNot: ['^services/[^/]+/domain/', '^shared/kernel/', '^shared/contracts/'] },
    },
    {
      name: 'domain-takes-only-types-of-contracts',
      comment: 'The values of contracts are zod schemas: parsing belongs to the edge.',
      severity: 'error',
      from: { path: '^services/[^/]+/domain/', pathNot: TEST },
      to: { path: '^shared/contracts/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-stays-at-home',
      comment: 'A domain uses no other domain.',
      severity: 'error',
      from: { path: '^services/([^/]+)/domain/', pathNot: TEST },
      to: { path: '^services/[^/]+/domain/', pathNot: '^services/$1/domain/' },
    },
    {
      name: 'kernel-is-the-bottom',
      comment: 'The kernel knows nothing of contracts, adapters, runtime or services.',
      severity: 'error',
      from: { path: '^shared/kernel/', pathNot: TEST },
      to: { path: '^(?:shared/(?!kernel/)|services/|infra/|scripts/|test/)' },
    },
    {
      name: 'kernel-has-no-io',
      comment: 'Of Node only the digest; of packages only canonical JSON, CEL, and the geometry and coordinate systems of the earth.',
      severity: 'error',
      from: { path: '^shared/kernel/', pathNot: TEST },
      to: {
        dependencyTypes: ['core', 'npm'],
        pathNot: ['^(?:node:)?crypto$', 'node_modules/(?:canonicalize|@marcbachmann/cel-js|gcoord|@turf/[\\w-]+)/'],
      },
    },
    {
      name: 'sdk-only-in-adapters',
      comment: 'One door to the outside: only shared/adapters imports the AWS SDK.',
      severity: 'error',
      from: { pathNot: ['^shared/adapters/', '^test/', TEST] },
      to: { path: ['@aws-sdk/', '@smithy/'] },
    },
    {
      name: 'shared-knows-no-service',
      severity: 'error',
      comment: 'What is shared does not know who shares it.',
      from: { path: '^shared/', pathNot: [TEST, '^shared/runtime/http/scope\\.ts$'] },
      to: { path: '^(?:services/|infra/|scripts/|test/)' },
    },
    {
      name: 'services-know-no-place',
      severity: 'error',
      comment: 'A service does not know where it runs. The dated statutory rules are data.',
      from: { path: '^services/', pathNot: TEST },
      to: { path: '^(?:infra/(?!rules/)|scripts/|test/)' },
    },
    {
      name: 'only-the-host-composes',
      severity: 'error',
      comment: 'Only compose-all and the packaging of functions know all services.',
      from: { path: '^infra/', pathNot: [TEST, '^infra/embedded/(?:compose-all|demo[^/]*|demo/.*)\\.ts$'] },
      to: { path: '^services/', pathNot: '^services/[^/]+/read\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-needs-tests',
      severity: 'error',
      comment: 'Product code does not import test code. Tools of development may; the demonstration is the acceptance companies.',
      from: { path: '^(?:services|shared|infra)/', pathNot: [TEST, '^infra/embedded/demo\\.ts$'] },
      to: { path: ['^test/', TEST] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'Two modules that need each other are one module.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'What is imported is in package.json, and what runs in production is not a development dependency.',
      from: { path: '^(?:services|shared|infra)/', pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(?:node:)' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', '^\\.cache/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main'],
    },
  },
};
