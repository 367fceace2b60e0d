import { describe, expect, it } from 'vitest';
import { SHIPPED_FACT_TYPES } from '../../../shared/contracts/facts.ts';
import { runExample } from '../app/save-source.ts';
import { mapperOf, type SourceMapper } from '../app/source-mapper.ts';
import { SHIPPED_MAPPINGS, shippedMapping } from './index.ts';

const mapper = (name: string): SourceMapper => {
  const shipped = shippedMapping(name);
  if (!shipped) throw new Error(`no mapping ${name}`);
  const made = mapperOf({ kind: shipped.kind, mapping: { shipped: name } });
  if (!made.ok) throw new Error(JSON.stringify(made.faults));
  return made.mapper;
};

describe.each(SHIPPED_MAPPINGS)('the shipped mapping %s', (name) => {
  const shipped = shippedMapping(name);

  it('gives what its examples promise, and an example that promises otherwise is seen', () => {
    expect(shipped?.name).toBe(name);
    expect(shipped?.examples.length).toBeGreaterThan(0);
    for (const example of shipped?.examples ?? []) {
      expect(runExample(example, mapper(name), '/examples/0'), example.name).toEqual([]);
      const [first, ...rest] = example.expect;
      const changed = { ...example, expect: [{ ...first, id: 'another' }, ...rest] };
      expect(runExample(changed, mapper(name), '/examples/0')).toMatchObject([
        { pointer: '/examples/0/expect/0/id', code: 'example_differs' },
      ]);
      expect(runExample({ ...example, expect: rest }, mapper(name), '/examples/0')).toMatchObject([{ pointer: '/examples/0/expect' }]);
    }
  });

  it('makes types that ship, and every rule has an example', () => {
    const used = new Set(
      (shipped?.examples ?? []).flatMap(({ payload }) => mapper(name).events(payload)).flatMap((event) => ruleTypes(name, event)),
    );
    for (const { type } of shipped?.rules ?? []) {
      expect(SHIPPED_FACT_TYPES as readonly string[]).toContain(type);
      expect([...used], name).toContain(type);
    }
  });
});
const ruleTypes = (name: string, event: unknown): string[] =>
  mapper(name)
    .map(event)
    .flatMap((one) => (one.ok ? [one.fact.type] : []));

describe('a mapping by name', () => {
  it('must exist and be for the kind of the source', () => {
    expect(mapperOf({ kind: 'hubspot', mapping: { shipped: 'nothing' } })).toMatchObject({ ok: false, faults: [{ pointer: '/shipped' }] });
    expect(mapperOf({ kind: 'hubspot', mapping: { shipped: 'fxiaoke-crm' } })).toMatchObject({ ok: false });
    expect(mapperOf({ kind: 'erp-batch', mapping: { shipped: 'standard-facts' } }).ok).toBe(true);
    expect(mapperOf({ kind: 'erp-batch', mapping: { shipped: 'hubspot-deals' } }).ok).toBe(false);
    expect(shippedMapping('__proto__')).toBeUndefined();
  });
});
