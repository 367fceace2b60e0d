/** One OpenAPI document of all services, and the files of the interactive documentation from the installed package: nothing from the network. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Api } from '../../shared/runtime/http/api.ts';

const INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Meritrail',
    version: '1',
    description: 'From what salespeople do to what they are paid, with every step of the way.',
  },
};

type Document = ReturnType<Api['getOpenAPI31Document']>;

/** @throws Error when two services give one path and method, or one schema name, two meanings. */
export const mergeDocuments = (documents: readonly Document[]): Document => {
  const paths: Record<string, Record<string, unknown>> = {};
  const components: Record<string, Record<string, unknown>> = {};
  const put = (into: Record<string, unknown>, name: string, value: unknown, where: string): void => {
    if (Object.hasOwn(into, name) && JSON.stringify(into[name]) !== JSON.stringify(value)) {
      throw new Error(`${where} ${name} has two meanings in the OpenAPI documents`);
    }
    into[name] = value;
  };
  for (const document of documents) {
    for (const [path, operations] of Object.entries(document.paths ?? {})) {
      paths[path] ??= {};
      for (const [method, operation] of Object.entries(operations ?? {})) put(paths[path], method, operation, path);
    }
    for (const [kind, entries] of Object.entries(document.components ?? {})) {
      components[kind] ??= {};
      for (const [name, value] of Object.entries(entries as Record<string, unknown>)) put(components[kind], name, value, kind);
    }
  }
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...INFO, paths: sorted, components } as Document;
};

export const openApiDocument = (apis: readonly Api[]): Document => {
  const merged = mergeDocuments(apis.map((api) => api.getOpenAPI31Document(INFO)));
  const components = merged.components as Record<string, Record<string, unknown>>;
  components['securitySchemes'] ??= {};
  components['securitySchemes']['oidc'] ??= { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };
  return merged;
};

/** Files of Swagger UI that the documentation page asks for. */
export const DOCS_ASSETS = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'] as const;

export const docsAsset = async (name: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  if (!(DOCS_ASSETS as readonly string[]).includes(name)) return undefined;
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return Uint8Array.from(await readFile(join(folder, name)));
};
