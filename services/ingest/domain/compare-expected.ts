/** Whether a mapping's example gave what it promises, and where not. Pure. */
import { canonicalJson } from '../../../shared/kernel/canonical.ts';
import type { MappingFault } from './map-event.ts';

const MAX_FAULTS = 20;

/** Members of `expected` must be equal in `given`; members that are only in `given` do not matter. Lists must have the same length. */
export const differences = (expected: unknown, given: unknown, pointer: string, faults: MappingFault[] = []): readonly MappingFault[] => {
  if (faults.length >= MAX_FAULTS) return faults;
  if (Array.isArray(expected) && Array.isArray(given)) {
    if (expected.length !== given.length) faults.push(fault(pointer, `${expected.length} entries`, `${given.length}`));
    else for (const [index, member] of expected.entries()) differences(member, given[index], `${pointer}/${index}`, faults);
  } else if (isObject(expected) && isObject(given)) {
    for (const [name, member] of Object.entries(expected)) {
      differences(member, Object.hasOwn(given, name) ? given[name] : undefined, `${pointer}/${escapePointer(name)}`, faults);
    }
  } else if (show(expected) !== show(given)) faults.push(fault(pointer, show(expected), show(given)));
  return faults;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const show = (value: unknown): string => (value === undefined ? 'nothing' : canonicalJson(value));
const fault = (pointer: string, expected: string, given: string): MappingFault => ({
  pointer,
  code: 'example_differs',
  detail: `expected ${expected.slice(0, 80)}, the mapping gives ${given.slice(0, 80)}`,
});
