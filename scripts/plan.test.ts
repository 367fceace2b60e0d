import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, verifyFile } from './plan.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const plan = (...args: string[]) => {
  let out = '';
  let err = '';
  const code = run(
    args,
    (text) => {
      out += text;
    },
    (text) => {
      err += text;
    },
  );
  return { code, out, err };
};

const FAULTY = `id: faulty
name: { zh: 方案, en: plan }
legalEntityId: acme
appliesTo: { kind: legal-entity, id: acme }
metrics:
  - id: sales
    name: { zh: 销售额, en: Sales }
    fold: sum
    unit: fen
    factTypes: [order.signed]
    where: >-
      fact.amout > 3
    surplus: 1
scheme:
  indicators:
    - { id: a, name: { zh: a, en: a }, kind: result, metric: sales, weight: '40', target: '500000' }
    - id: b
      name: { zh: b, en: b }
      kind: result
      metric: nobody
      weight: 60
      target: '1'
rewards:
  - id: t
    name: { zh: 提成, en: commission }
    category: commission
    kind: tiered-rate
    metric: sales
    mode: slab
    tiersBy: attainment
    target: '100000'
    tiers:
      - { atLeast: '0', rate: 2% }
      - { atLeast: '1.1', rate: 3% }
`;

describe('plan verify', () => {
  it('names the line of each finding, in the order of the file', () => {
    const { findings, document } = verifyFile(file('faulty.yaml', FAULTY));
    expect(document).toBeUndefined();
    expect(findings.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '13 error unknown_field',
      '21 error wrong_type',
      '34 warning cliff',
    ]);
    const { findings: rest } = verifyFile(file('rest.yaml', FAULTY.replace('    surplus: 1\n', '').replace('weight: 60', "weight: '61'")));
    expect(rest.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '11 expression_invalid',
      '14 weights_not_100',
      '19 unknown_metric',
      '33 cliff',
    ]);
  });

  it('reads JSON as well, with lines', () => {
    const json = '{\n "id": "x",\n "legalEntityId": 5,\n "metrics": []\n}';
    const found = verifyFile(file('plan.json', json)).findings.map(({ line, path }) => `${line} ${path}`);
    // What is missing is at the group that it is missing from.
    expect(found).toEqual(['1 /name', '1 /appliesTo', '1 ', '3 /legalEntityId', '4 /metrics']);
  });

  it('exits 1 on errors, and 0 when there are only warnings or notes', () => {
    const faulty = plan('verify', file('faulty.yaml', FAULTY));
    expect(faulty.code).toBe(1);
    expect(faulty.out).toContain('faulty.yaml:34: warning cliff /rewards/0/tiers/1');
    expect(faulty.out).toContain('amount = 109999.99, pays = 2200.00, nextAmount = 110000.00, nextPays = 3300.00');
    expect(faulty.out).toContain('has errors');
    expect(plan('verify', 'test/plans/tiered-slab.yaml')).toMatchObject({ code: 0 });
  });

  it('runs the examples of a plan, and says on which line one differs', () => {
    const text = readFileSync('test/plans/tiered-slab.yaml', 'utf8');
    const line = text.split('\n').findIndex((one) => one.includes('expects: { metrics')) + 1;
    const { code, out } = plan('verify', file('rate.yaml', text.replace('rate: 3%', 'rate: 4%')), '--lang', 'en');
    expect(code).toBe(1);
    expect(out).toContain(`rate.yaml:${line}: error example_differs /examples/0/expects/rewards/sales-commission`);
    expect(out).toContain('the example expects 330000, and the plan gives 440000');
  });

  it('verifies all examples', () => {
    const files = readdirSync('test/plans').map((name) => `test/plans/${name}`);
    expect(files.length).toBeGreaterThanOrEqual(9);
    expect(plan('verify', ...files).code).toBe(0);
  });

  it('speaks one language when asked', () => {
    const path = file('faulty.yaml', FAULTY);
    expect(plan('verify', path, '--lang', 'en').out).not.toContain('金额从');
    expect(plan('verify', path, '--lang', 'zh').out).not.toContain('jumps from');
    expect(JSON.parse(plan('verify', path, '--json').out)).toMatchObject({ findings: [{ line: 13 }, { line: 21 }, { line: 34 }] });
  });

  it('estimates the most at volumes', () => {
    const volumes = file('volumes.yaml', "people: 20\nmetrics: { contract-value: '600000' }\nfacts: { customer.won: 12 }\n");
    const { code, out } = plan('verify', 'test/plans/saas.yaml', '--volumes', volumes);
    expect(code).toBe(0);
    // 2 % of 600,000, 12 × 500, 300.
    expect(out).toContain('18,300.00 per person');
    expect(out).toContain('366,000.00 for 20');
    expect(plan('verify', 'test/plans/saas.yaml', '--volumes', file('v2.yaml', 'people: none'))).toMatchObject({ code: 2 });
  });

  it('exits 2 with one sentence when a file cannot be read', () => {
    expect(plan('verify', join(folder, 'nothing.yaml'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/nothing\.yaml: no such file\n$/),
    });
    expect(plan('verify', file('bad.yaml', 'a: [1,\nb: 2}'))).toMatchObject({ code: 2, err: expect.stringMatching(/bad\.yaml:\d+:\d+: /) });
    expect(plan('verify', file('twice.yaml', 'id: a\nid: b\n'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/twice\.yaml:2:1: /),
    });
    expect(plan('verify', file('deep.yaml', '['.repeat(100_000)))).toMatchObject({ code: 2 });
    expect(plan('verify', file('large.yaml', `#${' '.repeat(1024 * 1024)}`)).err).toContain('larger than 1 MB');
  });

  it('explains itself', () => {
    expect(plan('--help')).toMatchObject({ code: 0, out: expect.stringContaining('npm run plan -- verify') });
    expect(plan()).toMatchObject({ code: 2 });
    expect(plan('publish', 'x')).toMatchObject({ code: 2 });
    expect(plan('verify', 'x', '--lang', 'fr')).toMatchObject({ code: 2 });
    expect(plan('verify', 'x', '--bogus')).toMatchObject({ code: 2, err: expect.stringContaining('--bogus') });
  });
});
