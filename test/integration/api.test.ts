import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, startEmbedded } from './embedded.ts';

let host: Embedded;
beforeAll(async () => {
  host = await startEmbedded();
});
afterAll(() => host.stop());

interface OpenApi {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly summary?: string; readonly tags?: string[]; readonly security?: unknown }>>;
}

describe('the API of all services', () => {
  it('has one OpenAPI document, every operation with a summary and a tag', async () => {
    const document = (await (await fetch(`${host.baseUrl}/openapi.json`)).json()) as OpenApi;
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    expect(operations.length).toBeGreaterThan(40);
    expect(operations.filter(({ operation }) => !operation.summary || !operation.tags?.length).map(({ name }) => name)).toEqual([]);
  });

  it('has a documentation page that loads nothing from elsewhere', async () => {
    const page = await fetch(`${host.baseUrl}/docs`);
    const html = await page.text();
    expect(page.status).toBe(200);
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]));
    expect(links.length).toBeGreaterThan(1);
    for (const link of links.filter((entry) => !entry.startsWith('data:'))) {
      expect(link).not.toMatch(/^(?:https?:)?\/\//);
      expect([link, (await fetch(new URL(link, `${host.baseUrl}/docs`))).status]).toEqual([link, 200]);
    }
  });

  it('asks for a token wherever a route is not public', async () => {
    const document = (await (await fetch(`${host.baseUrl}/openapi.json`)).json()) as OpenApi;
    const closed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.security !== undefined)
        .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{[^}]+\}/g, 'x') })),
    );
    expect(closed.length).toBeGreaterThan(30);
    const answers = await Promise.all(
      closed.map(async ({ method, path }) => `${method} ${path} ${(await fetch(`${host.baseUrl}${path}`, { method })).status}`),
    );
    expect(answers.filter((answer) => !answer.endsWith(' 401'))).toEqual([]);
  });

  it('serves the keys of its development issuer', async () => {
    const keys = (await (await fetch(`${host.baseUrl}/dev-issuer/.well-known/jwks.json`)).json()) as { keys: unknown[] };
    expect(keys.keys).toHaveLength(1);
  });

  it('refuses a body that is too large, with and without a declared length, and goes on', async () => {
    const authorization = await host.bearer({ subject: 'crm', roles: ['source'], entities: '*' });
    const large = 'x'.repeat(2 * 1024 * 1024);
    const headers = { authorization, 'content-type': 'application/json' };
    const declared = await fetch(`${host.baseUrl}/v1/facts`, { method: 'POST', headers, body: large });
    expect(declared.status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 32; index += 1) controller.enqueue(new TextEncoder().encode(large.slice(0, 64 * 1024)));
        controller.close();
      },
    });
    const chunked = await fetch(`${host.baseUrl}/v1/facts`, { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await fetch(`${host.baseUrl}/health`)).status).toBe(200);
  });

  it('lets a caller finish writing before it is told, rather than break the connection', async () => {
    const { hostname, port } = new URL(host.baseUrl);
    const chunks = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`.repeat(24));
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    const closed = once(socket, 'close');
    socket.write(`POST /v1/facts HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
    await new Promise((written) => socket.write(chunks, written));
    // More than 1 MB has been sent: an answer now would end the connection under the caller.
    await new Promise((wake) => setTimeout(wake, 300));
    expect(answer).toBe('');
    socket.write(Buffer.concat([chunks, Buffer.from('0\r\n\r\n')]));
    await closed;
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 413');
    expect(answer).toContain('payload_too_large');
  });
});
