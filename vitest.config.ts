import { defineConfig } from 'vitest/config';

/** One project a kind of test, cheap first. `npm test` runs them all; see scripts/test.mjs for what is opt-in. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['{services,shared,infra,scripts}/**/*.test.ts'] } },
      { extends: true, test: { name: 'contract', include: ['test/contract/**/*.test.ts'] } },
      { extends: true, test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 600_000 } },
      {
        extends: true,
        test: { name: 'integration', include: ['test/{integration,pipeline}/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false },
      },
      // Needs `npm run package` first: run by scripts/package.ts --check.
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'companies', include: ['test/companies/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false },
      },
    ],
  },
});
