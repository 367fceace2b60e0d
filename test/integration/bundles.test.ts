/** The deployed form: bundles that load where nothing is installed, and leave out what their function does not use. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = new URL('../..', import.meta.url).pathname;
const NAMES = ['people-http', 'notify-http', 'scoring-on-fact-credited', 'scoring-sweep', 'portal-http', 'payslip-http'] as const;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meritrail-bundles-'));
  execFileSync(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/build.ts'), `--out=${folder}`, `--only=${NAMES.join(',')}`], {
    cwd: ROOT,
    stdio: 'pipe',
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, 'functions', name, 'index.mjs');
const text = (name: string): string => readFileSync(file(name), 'utf8');
/** In a process of its own, in a folder without node_modules; gives what the handler answers or throws. */
const invoke = (name: string, event: object, environment: Record<string, string>): string =>
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `const { handler } = await import(${JSON.stringify(file(name))});
       // A pipe takes a large answer in parts: exit only when all of it is written.
       const say = (value) => new Promise((done) => process.stdout.write(JSON.stringify(value), done));
       await Promise.resolve().then(() => handler(${JSON.stringify(event)}, {})).then(say, (error) => say({ thrown: error.message }));
       process.exit(0);`,
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024, env: { PATH: process.env['PATH'], ...environment } },
  );
const rest = (path: string) => ({
  version: '1.0',
  httpMethod: 'GET',
  path,
  headers: { Host: 'pay.example.com' },
  multiValueHeaders: { Host: ['pay.example.com'] },
  requestContext: { domainName: 'pay.example.com' },
  body: null,
  isBase64Encoded: false,
});
const environment = {
  AWS_REGION: 'cn-north-1',
  MERITRAIL_PUBLIC_URL: 'https://pay.example.com',
  MERITRAIL_OIDC_ISSUER: 'https://login.example.com',
  MERITRAIL_OIDC_AUDIENCE: 'meritrail',
  MERITRAIL_OIDC_JWKS: '{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y"}]}',
  MERITRAIL_CURSOR_SECRET: 'a-secret-that-has-at-least-32-characters',
};

describe('a bundle', () => {
  it.each(NAMES)('of %s loads with nothing installed and names what its configuration lacks', (name) => {
    const event = name.endsWith('-http') ? rest('/v1/me') : { Records: [] };
    expect(invoke(name, event, { AWS_REGION: 'cn-north-1' })).toContain('MERITRAIL_CURSOR_SECRET is not set');
  });

  it('answers a request of the REST API', () => {
    const answer = JSON.parse(invoke('people-http', rest('/v1/me'), environment)) as { statusCode: number; body: string };
    expect([answer.statusCode, (JSON.parse(answer.body) as { code: string }).code]).toEqual([401, 'unauthenticated']);
  });

  it('answers a batch of a queue', () => {
    const event = { Records: [{ messageId: 'm1', body: 'not json', attributes: { ApproximateReceiveCount: '1' } }] };
    const lines = invoke('scoring-on-fact-credited', event, environment).split('\n');
    expect(JSON.parse(String(lines.at(-1)))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('has the documentation of the whole API beside the portal', () => {
    const answer = JSON.parse(invoke('portal-http', rest('/openapi.json'), environment)) as { statusCode: number; body: string };
    expect(answer.statusCode).toBe(200);
    expect(Object.keys((JSON.parse(answer.body) as { paths: object }).paths)).toContain('/v1/webhooks/{source}');
    expect((JSON.parse(invoke('portal-http', rest('/docs/swagger-ui.css'), environment)) as { statusCode: number }).statusCode).toBe(200);
  });

  it('has the SQS client only where the topology gives a queue, and the HTTP application only where there is a route', () => {
    expect(NAMES.map((name) => [name, text(name).includes('SendMessageBatch'), text(name).includes('Idempotency-Replayed')])).toEqual([
      ['people-http', true, true],
      ['notify-http', false, true],
      ['scoring-on-fact-credited', true, false],
      ['scoring-sweep', true, false],
      ['portal-http', true, true],
      ['payslip-http', true, true],
    ]);
  });

  it('that renders payslips has the page’s template, the fonts and the compiler beside it', () => {
    const beside = join(folder, 'functions', 'payslip-http');
    expect(readFileSync(join(beside, 'payslip.typ'), 'utf8')).toContain('#set page');
    for (const name of ['@myriaddreamin/typst-ts-node-compiler', '@expo-google-fonts/noto-sans-sc'])
      expect(existsSync(join(beside, 'node_modules', name, 'package.json')), name).toBe(true);
  });
});
