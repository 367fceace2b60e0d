/** What zod says about a document's shape, as findings in words for a plan's owner. */
import type { z } from 'zod';
import { pointerOf } from '../../../shared/runtime/http/problem.ts';
import { error, type Finding } from '../domain/finding.ts';

const TYPE_NAMES: Readonly<Record<string, readonly [string, string]>> = {
  string: ['文本(加引号)', 'text in quotes'],
  number: ['数字', 'a number'],
  int: ['整数', 'a whole number'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表', 'a list'],
  object: ['一组字段', 'a group of fields'],
};

/** Chinese for the messages of our own schemas (`shared/contracts`); the key is the English message. */
const OWN_MESSAGES: Readonly<Record<string, string>> = {
  'letters, digits and . _ @ / + = : - only, beginning with a letter or digit': '只能用字母、数字和 . _ @ / + = : -,并以字母或数字开头',
  'lower-case letters, digits and - only': '只能用小写字母、数字和 -',
  'an existing day as YYYY-MM-DD, from 1900 to 2199': '须为 1900 至 2199 年间存在的日期,写作 YYYY-MM-DD',
  'an exact decimal or percentage as text, such as "2%"': '须为文本形式的精确小数或百分比,例如 "2%"',
  'an exact decimal as text, such as "1.2"': '须为文本形式的精确小数,例如 "1.2"',
  'day, week, month, quarter, half-year, year, or days such as { rolling: 30 }':
    '须为 day、week、month、quarter、half-year、year,或天数,例如 { rolling: 30 }',
  'dotted lower-case words, such as order.signed': '须为以点分隔的小写单词,例如 order.signed',
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown => {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
};

/** How a value reads; short, and without its content when it is a group. */
const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[…]' : '{…}') : JSON.stringify(value).slice(0, 60);

/** One finding for each fault; an unknown field is named with its own place. */
export const shapeFindings = (zodError: z.ZodError, input: unknown): Finding[] =>
  zodError.issues.flatMap((issue): Finding[] => {
    const path = pointerOf(issue.path);
    const value = valueAt(input, issue.path);
    const name = nameOf(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        error(`${path}${pointerOf([key])}`, 'unknown_field', `没有名为 ${key} 的字段`, `there is no field ${key} here`),
      );
    }
    if (value === undefined) return [error(path, 'field_missing', `缺少字段 ${name}`, `the field ${name} is missing`)];
    switch (issue.code) {
      case 'invalid_type': {
        const [zh, en] = TYPE_NAMES[issue.expected] ?? [issue.expected, issue.expected];
        return [error(path, 'wrong_type', `${name} 须为${zh},现为 ${shown(value)}`, `${name} must be ${en}, and is ${shown(value)}`)];
      }
      case 'invalid_value':
        return [oneOf(path, name, issue.values.map(String), value)];
      case 'invalid_union':
        // Kinds told apart by a field have options; a field of several shapes says in words what it takes.
        return [
          'options' in issue && Array.isArray(issue.options)
            ? oneOf(path, name, issue.options.map(String), value)
            : wrongFormat(path, name, issue.message, value),
        ];
      case 'too_small':
        return [
          error(
            path,
            'too_small',
            `${name} 至少为 ${issue.minimum}${unitOf(issue.origin)[0]}`,
            `${name} must be at least ${issue.minimum}${unitOf(issue.origin)[1]}`,
          ),
        ];
      case 'too_big':
        return [
          error(
            path,
            'too_big',
            `${name} 至多为 ${issue.maximum}${unitOf(issue.origin)[0]}`,
            `${name} must be at most ${issue.maximum}${unitOf(issue.origin)[1]}`,
          ),
        ];
      default:
        return [wrongFormat(path, name, issue.message, value)];
    }
  });

const wrongFormat = (path: string, name: string, message: string, value: unknown): Finding =>
  error(
    path,
    'wrong_format',
    `${name} 的值 ${shown(value)} 有误:${OWN_MESSAGES[message] ?? message}`,
    `${name}, which is ${shown(value)}, must be ${message}`,
  );

/** A field by its name; an item of a list by the list's, counted from 1. */
const nameOf = (path: readonly PropertyKey[]): string => {
  const last = path.at(-1);
  if (typeof last !== 'number') return String(last ?? 'plan');
  return `${String(path.at(-2) ?? '')}[${last + 1}]`;
};

const unitOf = (origin: string): readonly [string, string] => {
  if (origin === 'string') return [' 个字符', ' characters'];
  if (origin === 'array') return [' 项', ' items'];
  return ['', ''];
};

const oneOf = (path: string, name: string, options: readonly string[], value: unknown): Finding =>
  error(
    path,
    'not_an_option',
    `${name} 须为以下之一:${options.join('、')};现为 ${shown(value)}`,
    `${name} must be one of ${options.join(', ')}, and is ${shown(value)}`,
  );
