/** `npm run plan -- verify plan.yaml`: what the service's verifier finds in a plan file, with line numbers. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { checkPlan } from '../services/plans/app/check-plan.ts';
import { volumesSchema } from '../services/plans/app/volumes.ts';
import { type Finding, hasErrors } from '../services/plans/domain/finding.ts';
import { estimateWorstCase } from '../services/plans/domain/worst-case.ts';
import type { PlanDocument } from '../shared/contracts/plans.ts';
import { formatYuanGrouped } from '../shared/kernel/money.ts';

const HELP = `Verifies plan files, YAML or JSON, as the plans service does before a plan can be approved.

  npm run plan -- verify <file>… [--volumes <file>] [--lang zh|en] [--json]

  --volumes <file>  also estimate the most that the plan can cost, at volumes such as
                      people: 20
                      metrics: { sales: '600000' }    # most per person and month, as the plan writes it
                      facts: { customer.won: 12 }     # most facts per person and month
                      customers: 12                   # customers with an order, per person
  --lang zh|en      findings in one language; without it in both
  --json            one JSON object a file, for programs
  --help            this text

Exit code: 0 sound (warnings do not count), 1 errors found, 2 a file cannot be read or the command is wrong.
The plan language: docs/guides/plans.md. Examples: test/plans/.
`;

/** As large as a request body of the API may be. */
const MAX_FILE_BYTES = 1024 * 1024;

type Language = 'zh' | 'en' | 'both';
export interface FileFindings {
  readonly file: string;
  readonly findings: readonly (Finding & { readonly line: number })[];
  readonly document?: PlanDocument;
}

class Unreadable extends Error {}

/** Files are named from where the caller stands; npm itself runs scripts in the root. */
const read = (file: string): string => {
  const path = resolve(process.env['INIT_CWD'] ?? '.', file);
  try {
    if (statSync(path).size > MAX_FILE_BYTES) throw new Unreadable(`${file}: larger than 1 MB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : 'cannot be read'}`);
  }
};

/** A file parsed, and the line of each place in it. @throws Unreadable when it is neither YAML nor JSON. */
const parse = (file: string): { readonly value: unknown; lineOf(pointer: string): number } => {
  const lines = new LineCounter();
  const document = parseText(read(file), lines, file);
  const [wrong] = document.errors;
  if (wrong) {
    const { line, col } = lines.linePos(wrong.pos[0]);
    throw new Unreadable(`${file}:${line}:${col}: ${wrong.message}`);
  }
  return {
    value: document.toJS({ maxAliasCount: 100 }) as unknown,
    lineOf: (pointer) => lines.linePos(placeOf(document.contents, pointer)).line || 1,
  };
};

const parseText = (text: string, lineCounter: LineCounter, file: string): ReturnType<typeof parseDocument> => {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (error) {
    // The parser is recursive: a hundred thousand brackets end its stack.
    if (error instanceof RangeError) throw new Unreadable(`${file}: nested too deeply`);
    throw error;
  }
};

const keyText = (key: unknown): string => String(isScalar(key) ? key.value : key);

/** Where a JSON pointer is in the text; of what is missing, the nearest part that is there. */
const placeOf = (root: Node | null, pointer: string): number => {
  let node: unknown = root;
  let place = root?.range?.[0] ?? 0;
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (const name of names) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === name);
      if (!pair) break;
      place = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? place;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = /^\d{1,6}$/.test(name) ? node.items[Number(name)] : undefined;
      if (item === undefined) break;
      place = (item as Node).range?.[0] ?? place;
      node = item;
    } else break;
  }
  return place;
};

/** Every finding about a plan file, in the order of the file. @throws Unreadable */
export const verifyFile = (file: string): FileFindings => {
  const { value, lineOf } = parse(file);
  const { document, findings } = checkPlan(value);
  const placed = findings.map((finding) => ({ ...finding, line: lineOf(finding.path) })).sort((a, b) => a.line - b.line);
  return { file, findings: placed, ...(document ? { document } : {}) };
};

const textOf = (finding: Finding & { readonly line: number }, file: string, language: Language): string => {
  const { severity, code, path, line, zh, en, counterexample } = finding;
  const example = counterexample
    ? `\n    ${Object.entries(counterexample)
        .map(([name, value]) => `${name} = ${value}`)
        .join(', ')}`
    : '';
  const words = [...(language === 'en' ? [] : [zh]), ...(language === 'zh' ? [] : [en])].map((text) => `\n    ${text}`).join('');
  return `${file}:${line}: ${severity} ${code} ${path || '/'}${words}${example}\n`;
};

const summaryOf = ({ file, findings }: FileFindings): string => {
  const count = (severity: Finding['severity']): number => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  return `${file}: ${errors === 0 ? 'sound / 检查通过' : 'has errors / 有错误'} (errors ${errors}, warnings ${warnings}, notes ${notes})\n`;
};

const yuan = (fen: number | null): string => (fen === null ? '?' : formatYuanGrouped(fen));

const worstCaseText = (document: PlanDocument, file: string, language: Language): string => {
  const parsed = volumesSchema.safeParse(parse(file).value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Unreadable(`${file}: ${issue?.path.join('/') ?? ''} ${issue?.message ?? 'not volumes'}`);
  }
  const worst = estimateWorstCase(document, parsed.data);
  const rows = worst.rules.map(({ ruleId, mostFen, how }) => `    ${ruleId}: ${yuan(mostFen)} (${language === 'en' ? how.en : how.zh})\n`);
  const missing = worst.missing.length > 0 ? `    volumes missing / 缺少业务量: ${worst.missing.join(', ')}\n` : '';
  return [
    `  The most in a month / 每月最高: ${yuan(worst.perPersonFen)} per person / 每人, ${yuan(worst.totalFen)} for ${parsed.data.people}\n`,
    ...rows,
    missing,
  ].join('');
};

/** Runs the command; gives the exit code. */
export const run = (args: readonly string[], write: (text: string) => void, complain: (text: string) => void): number => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        lang: { type: 'string', default: 'both' },
        volumes: { type: 'string' },
      },
    });
    const [command, ...files] = positionals;
    if (values.help) {
      write(HELP);
      return 0;
    }
    const { lang } = values;
    if (command !== 'verify' || files.length === 0 || (lang !== 'both' && lang !== 'zh' && lang !== 'en')) {
      complain(HELP);
      return 2;
    }
    let faulty = false;
    for (const file of files) {
      const result = verifyFile(file);
      faulty ||= hasErrors(result.findings);
      if (values.json) write(`${JSON.stringify({ file, findings: result.findings })}\n`);
      else write([...result.findings.map((finding) => textOf(finding, file, lang)), summaryOf(result)].join(''));
      if (values.volumes && result.document && !hasErrors(result.findings) && !values.json) {
        write(worstCaseText(result.document, values.volumes, lang));
      }
    }
    return faulty ? 1 : 0;
  } catch (error) {
    const usage = error instanceof TypeError && 'code' in error;
    if (!usage && !(error instanceof Unreadable)) throw error;
    complain(`${error.message}\n`);
    return 2;
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = run(
    process.argv.slice(2),
    (text) => process.stdout.write(text),
    (text) => process.stderr.write(text),
  );
}
