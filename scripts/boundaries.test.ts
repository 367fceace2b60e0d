import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = new URL('..', import.meta.url).pathname;
let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'meritrail-boundaries-'));
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  for (const name of ['package.json', 'tsconfig.json']) symlinkSync(join(ROOT, name), join(project, name));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));
const check = (files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/boundaries.mjs'), project], {
    cwd: project,
    encoding: 'utf8',
  });
  return {
    status,
    broken: [...stderr.matchAll(/^([a-z-]+): (\S+) -> /gm)].map((match) => `${match[1]} ${match[2]}`).sort(),
    output: stdout + stderr,
  };
};
const export1 = 'export const one = 1;\nexport type One = 1;\n';

describe('boundaries', () => {
  it('lets through what is allowed', () => {
    const { status, broken } = check({
      'shared/kernel/money.ts': `import { createHash } from 'node:crypto';\nexport const one = createHash('sha256');\n`,
      'shared/contracts/plan.ts': `import { z } from 'zod';\nexport const plan = z.string();\nexport type Plan = string;\n`,
      'shared/adapters/store.ts': `import { SQSClient } from '@aws-sdk/client-sqs';\nexport const client = SQSClient;\n`,
      'services/a/domain/decide.ts': `import { one } from '../../../shared/kernel/money.ts';\nimport type { Plan } from '../../../shared/contracts/plan.ts';\nexport const two: [unknown, Plan] = [one, ''];\n`,
      'services/a/read.ts': `import { two } from './domain/decide.ts';\nexport const three = two;\n`,
      'services/b/app/use.ts': `import { three } from '../../a/read.ts';\nexport const four = three;\n`,
    });
    expect([status, broken]).toEqual([0, []]);
  });

  it('names everything that is not', () => {
    const { status, broken } = check({
      'shared/kernel/money.ts': `import { readFileSync } from 'node:fs';\nimport { plan } from '../contracts/plan.ts';\nexport const one = [readFileSync, plan];\n`,
      'shared/contracts/plan.ts': `import { z } from 'zod';\nexport const plan = z.string();\n`,
      'shared/runtime/poll.ts': `import { one } from '../../services/a/read.ts';\nexport const two = one;\n`,
      'services/a/read.ts': export1,
      'services/a/store.ts': export1,
      'services/a/domain/decide.ts': `import { z } from 'zod';\nimport { plan } from '../../../shared/contracts/plan.ts';\nexport const two = [z, plan];\n`,
      'services/a/domain/clock.ts': `import { performance } from 'node:perf_hooks';\nexport const now = performance.now();\n`,
      'services/a/app/round.ts': `import { way } from './way.ts';\nexport const round = way;\n`,
      'services/a/app/way.ts': `import { round } from './round.ts';\nexport const way = (): unknown => round;\n`,
      'services/b/app/use.ts': `import { one } from '../../a/store.ts';\nimport { SQSClient } from '@aws-sdk/client-sqs';\nexport const four = [one, SQSClient];\n`,
      'services/b/app/place.ts': `import { host } from '../../../infra/embedded/host.ts';\nexport const five = host;\n`,
      'services/b/app/tested.ts': `import { one } from '../../../test/world.ts';\nimport { describe } from 'vitest';\nexport const six = [one, describe];\n`,
      'infra/embedded/host.ts': `import { one } from '../../services/a/store.ts';\nimport { gone } from './gone.ts';\nexport const host = [one, gone];\n`,
      'test/world.ts': export1,
    });
    expect(status).toBe(1);
    expect([...new Set(broken)]).toEqual([
      'domain-is-pure services/a/domain/clock.ts',
      'domain-is-pure services/a/domain/decide.ts',
      'domain-takes-only-types-of-contracts services/a/domain/decide.ts',
      'kernel-has-no-io shared/kernel/money.ts',
      'kernel-is-the-bottom shared/kernel/money.ts',
      'no-circles services/a/app/round.ts',
      'no-undeclared-packages services/b/app/tested.ts',
      'not-resolvable infra/embedded/host.ts',
      'nothing-needs-tests services/b/app/tested.ts',
      'only-the-host-composes infra/embedded/host.ts',
      'sdk-only-in-adapters services/b/app/use.ts',
      'services-know-no-place services/b/app/place.ts',
      'services-know-no-place services/b/app/tested.ts',
      'services-meet-at-read services/b/app/use.ts',
      'shared-knows-no-service shared/runtime/poll.ts',
    ]);
  });

  it('fails when it read nothing', () => {
    const { status, output } = check({ 'services/readme.md': 'nothing', 'some.config.ts': 'export const none = 0;\n' });
    expect(status).toBe(1);
    expect(output).toContain('the check says nothing');
  });
});
