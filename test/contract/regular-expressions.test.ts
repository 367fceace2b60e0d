/**
 * Every regular expression of the source against text made to hold it up. Not a measurement: the limit is a hundred times what a linear one
 * takes, and an exponential or cubic one does not end in it at all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const LENGTH = 50_000;
const LIMIT_MS = 2_000;
/** Quadratic, on text that is short before it comes there: digits of a number, and the end of a configured URL. */
const BOUNDED = new Set(['/\\B(?=(\\d{3})+$)/g', '/\\B(?=(\\d{3})+(?!\\d))(?=\\d*\\.)/g', '/0+$/', '/\\.?0+$/', '/\\/+$/']);

const sources = ['services', 'shared', 'infra'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|[\\/]testing[\\/]/.test(file))
    .map((file) => join(folder, file)),
);
const found = new Map<string, string>();
for (const file of sources) {
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node) && !BOUNDED.has(node.text)) found.set(node.text, file);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest));
}

/** Repetitions of what the expressions are about, from the beginning or after what some begin with, with an end that fits none. */
const UNITS = [
  'a',
  '0',
  ' ',
  '-',
  '.',
  '"',
  '\\',
  '/',
  '+',
  ',',
  '=',
  '%',
  '[',
  '<',
  '&',
  '中',
  '🙂',
  'a.',
  'a-',
  'a1',
  '0.',
  '0,',
  '" ,',
  '" ',
  ' ,',
  '\\u',
  '\\ud83d',
  '.a',
  '+a',
  '{ ',
  'aA',
  '\t\n',
];
const STARTS = ['', 'a', '0', '"', '-1', 'application/', 'a.b', 'fact.a', '2026-11-05T', 'Bearer ', '<!', 'whsec_'];
const hostile = UNITS.flatMap((unit) => STARTS.map((start) => `${start}${unit.repeat(LENGTH / unit.length)}\u0000`));

describe('regular expressions', () => {
  test('are found', () => expect(found.size).toBeGreaterThan(50));
  test.each([...found])(
    '%s (%s)',
    (text) => {
      const end = text.lastIndexOf('/');
      const expression = new RegExp(text.slice(1, end), text.slice(end + 1));
      const slow = hostile.filter((one) => {
        expression.lastIndex = 0;
        const started = performance.now();
        one.replace(expression, '');
        return performance.now() - started > LIMIT_MS;
      });
      expect(slow.map((one) => one.slice(0, 40))).toEqual([]);
    },
    60_000,
  );
});
