import { expect, it } from 'vitest';
import { jsonLog } from './log.ts';

it('a hostile value stays in its line, and shows as what it is', () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line));
  const hostile = 'a\r\n{"level":"error","event":"forged"}\u001b[2J\u009b31m\u2028\u2029\u0000\u202e"\ud83d';
  log.warn('test', { name: hostile });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  expect(JSON.parse(String(lines[0]))).toMatchObject({ level: 'warn', event: 'test', name: hostile });
});

it('fields that speak of secrets are masked', () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), { password: 'p-canary' });
  log.info('test', { clientSecret: 's-canary', Authorization: 'a-canary', accountNumber: 'n-canary', cursorToken: 't-canary', amount: 1 });
  expect(lines[0]).not.toContain('canary');
  expect(JSON.parse(String(lines[0]))).toMatchObject({ amount: 1, clientSecret: '***' });
});
