/** A targets file (CSV) as changes, one for each person or place it names. Every row is read before anything is stored. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { decimalTextSchema, idSchema, slugSchema } from '../../../shared/contracts/common.ts';
import { PLACE_KINDS } from '../../../shared/contracts/plans.ts';
import { MAX_INDICATORS } from '../../../shared/contracts/targets.ts';
import { fail, type Result, succeed } from '../../../shared/kernel/result.ts';
import type { TargetPointer } from '../domain/check-targets.ts';
import type { Placed, TargetRefusal } from './change-targets.ts';

export const MAX_ROWS = 2_000;
const COLUMNS = ['kind', 'id', 'indicator', 'target'] as const;
const rowSchema = z.object({
  kind: z.enum(PLACE_KINDS),
  id: idSchema,
  indicator: slugSchema,
  /** Empty: none is set any more. */
  target: z.union([z.literal('').transform(() => null), decimalTextSchema]),
});

interface Change {
  readonly placed: Placed;
  readonly targets: Record<string, string | null>;
  /** By indicator, the pointer of its line. */
  readonly lines: Map<string, string>;
}
type Fault = NonNullable<TargetRefusal['errors']>[number];
const refuse = (errors: readonly Fault[]): Result<never, TargetRefusal> =>
  fail({
    code: 'invalid_request',
    reason: { zh: `文件有 ${errors.length} 处错误,未保存任何内容`, en: `the file has ${errors.length} faults; nothing was stored` },
    errors: errors.slice(0, 50),
  });

/** What is not in the file stays as it is. Pointers name the line, the header being line 1. */
export const readTargetsFile = (csv: string): Result<readonly Placed[], TargetRefusal> => {
  const records = recordsOf(csv);
  if (!records.ok) return records;
  const faults: Fault[] = [];
  const changes = new Map<string, Change>();
  records.value.forEach((record, index) => {
    const at = `/csv/${index + 2}`;
    const row = rowSchema.safeParse(record);
    if (!row.success) {
      const { issues } = row.error;
      faults.push(
        ...issues.map(({ path, code, message }) => ({ pointer: `${at}/${path.join('/')}`, code: String(code), detail: message })),
      );
      return;
    }
    const { kind, id, indicator, target } = row.data;
    const name = `${kind} ${id}`;
    const known = changes.get(name);
    const targets = known?.targets ?? {};
    if (Object.hasOwn(targets, indicator)) {
      faults.push({ pointer: `${at}/indicator`, code: 'duplicate', detail: `${name} ${indicator} is in the file already` });
    }
    if (Object.keys(targets).length >= MAX_INDICATORS) {
      faults.push({ pointer: `${at}/indicator`, code: 'too_many', detail: `at most ${MAX_INDICATORS} indicators of ${name}` });
    }
    targets[indicator] = target;
    const lines = known?.lines ?? new Map<string, string>();
    lines.set(indicator, at);
    if (known) return;
    const wanted = { of: { kind, id }, how: 'merge' as const, targets };
    const pointerOf: TargetPointer = (named, what) => `${lines.get(named) ?? at}/${what}`;
    changes.set(name, { targets, lines, placed: { pointerOf, placePath: `${at}/id`, wanted } });
  });
  return faults.length > 0 ? refuse(faults) : succeed([...changes.values()].map(({ placed }) => placed));
};

const recordsOf = (csv: string): Result<readonly Readonly<Record<string, string>>[], TargetRefusal> => {
  let records: string[][];
  try {
    // A file that passed through several programs has more than one kind of line end.
    const shape = {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: 10_000,
      to: MAX_ROWS + 2,
    };
    records = parse(csv, shape);
  } catch (error) {
    return refuse([{ pointer: '/csv', code: 'not_csv', detail: String((error as Error).message).slice(0, 200) }]);
  }
  const [header = [], ...body] = records;
  if ([...header].sort().join() !== [...COLUMNS].sort().join()) {
    return refuse([{ pointer: '/csv/1', code: 'columns', detail: `the first line must name ${COLUMNS.join(', ')}` }]);
  }
  if (body.length === 0) return refuse([{ pointer: '/csv', code: 'empty', detail: 'the file has no rows' }]);
  if (body.length > MAX_ROWS) return refuse([{ pointer: '/csv', code: 'too_long', detail: `at most ${MAX_ROWS} rows at once` }]);
  return succeed(body.map((cells) => Object.fromEntries(header.map((column, place) => [column, cells[place] ?? '']))));
};
