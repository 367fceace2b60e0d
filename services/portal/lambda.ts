/** Entry points of the deployed functions. The OpenAPI document and the documentation's files lie beside the bundle (`scripts/build.ts`). */
import { readFile } from 'node:fs/promises';
import { lambdaHttp, lambdaSchedule, productionPlatform } from '../../shared/runtime/lambda.ts';
import { sweepOutbox } from '../../shared/runtime/outbox.ts';
import { portalHttp } from './handlers/http.ts';

const beside = (name: string): URL => new URL(`./docs/${name}`, import.meta.url);

export const http = lambdaHttp(() =>
  portalHttp(productionPlatform(), {
    openapi: async () => JSON.parse(await readFile(beside('openapi.json'), 'utf8')) as object,
    docsAsset: async (name) => Uint8Array.from(await readFile(beside(name))),
  }),
);
export const sweep = lambdaSchedule(() => () => sweepOutbox(productionPlatform(), 'portal'));
