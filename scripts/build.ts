/**
 * `npm run build [-- --only=<function>,… --out=<folder> --meta]`: one bundle a function of the topology, `dist/functions/<name>/index.mjs` exporting `handler`, with everything it needs and
 * nothing else: a function in an isolated network installs nothing. `dist/functions/manifest.json` has the sizes.
 */
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile, type Plugin } from 'esbuild';
import { composeAll } from '../infra/embedded/compose-all.ts';
import { DOCS_ASSETS, docsAsset, openApiDocument } from '../infra/embedded/openapi.ts';
import { FUNCTIONS, type FunctionSpec } from '../infra/topology.ts';
import { systemClock } from '../shared/adapters/clock.ts';
import { silentLog } from '../shared/adapters/log.ts';
import type { Platform } from '../shared/runtime/platform.ts';
import { copyBeside } from './lib/beside-bundles.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const option = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const target = option('out') ?? join(root, 'dist');
const out = join(target, 'functions');
const maps = join(target, 'function-maps');

/** Native code: it is not bundled but lies beside the bundles that use it. */
const NATIVE = '@myriaddreamin/typst-ts-node-compiler';
/** The native build of Lambda's platform, and the font that the page is set in. */
const NATIVE_PACKAGES = [NATIVE, `${NATIVE}-linux-x64-gnu`, '@expo-google-fonts/noto-sans-sc'];

interface BuiltFunction {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Source files of this repository in the bundle. */
  readonly ownFiles: number;
  readonly native: boolean;
}

/** Does it talk to a queue at all? A reader of a queue sends what it cannot handle to the dead-letter queue. */
const usesQueues = ({ sends, trigger }: FunctionSpec): boolean => sends.length > 0 || trigger.kind === 'queue';

/** Leaves the SQS client out of functions that the topology gives no queue. */
const withoutQueues: Plugin = {
  name: 'without-queues',
  setup(bundle) {
    bundle.onLoad({ filter: /shared[\\/]adapters[\\/]sqs-queue\.ts$/ }, () => ({
      contents: `export const sqsQueue = () => { throw new Error('the topology gives this function no queue'); };`,
      loader: 'js',
    }));
  },
};

/** Says of the entry points of a service that making them has no effect: those that a function does not export are left out, and all they use. */
const pureEntryPoints: Plugin = {
  name: 'pure-entry-points',
  setup(bundle) {
    bundle.onLoad({ filter: /services[\\/][^\\/]+[\\/]lambda\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(/= (lambda(?:Http|Sqs|Schedule)\()/g, '= /* @__PURE__ */ $1'),
      loader: 'ts',
    }));
  },
};

/** zod's texts in fifty languages are never shown: problems carry codes and our own two languages. A quarter megabyte less to load. */
const englishZod: Plugin = {
  name: 'english-zod',
  setup(bundle) {
    bundle.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
      loader: 'js',
    }));
  },
};

const bundleFunction = async (spec: FunctionSpec): Promise<{ readonly built: BuiltFunction; readonly metafile: Metafile }> => {
  const folder = join(out, spec.name);
  const outfile = join(folder, 'index.mjs');
  const { metafile } = await build({
    stdin: {
      contents: `export { ${spec.handler} as handler } from './services/${spec.service}/lambda.ts';`,
      resolveDir: root,
      sourcefile: `${spec.name}.ts`,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    conditions: ['import', 'module', 'node'],
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    external: [NATIVE],
    plugins: [pureEntryPoints, englishZod, ...(usesQueues(spec) ? [] : [withoutQueues])],
    // CommonJS packages inside an ES module still ask for Node's own modules.
    banner: { js: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);" },
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    logLevel: 'error',
  });
  await rename(`${outfile}.map`, join(maps, `${spec.name}.mjs.map`));
  const native = Object.values(metafile.outputs).some(({ imports }) => imports.some(({ path }) => path === NATIVE));
  if (native) await copyNative(folder);
  copyBeside(root, folder, Object.keys(metafile.inputs));
  const bytes = (await stat(outfile)).size;
  return {
    built: {
      name: spec.name,
      bytes,
      gzipBytes: gzipSync(await readFile(outfile)).length,
      ownFiles: Object.keys(metafile.inputs).filter((input) => /^(?:services|shared|infra)\//.test(input)).length,
      native,
    },
    metafile,
  };
};

const copyNative = async (folder: string): Promise<void> => {
  const require = createRequire(import.meta.url);
  for (const name of NATIVE_PACKAGES) {
    let from: string;
    try {
      from = dirname(require.resolve(`${name}/package.json`));
    } catch {
      process.stderr.write(`warning: ${name} is not installed here; build on linux-x64 for a deployment that renders PDF\n`);
      continue;
    }
    await cp(from, join(folder, 'node_modules', name), {
      recursive: true,
      // Of the font's nine weights a page uses two.
      filter: (source) => !source.endsWith('.ttf') || /(?:400Regular|700Bold)/.test(source),
    });
  }
};

/** The portal serves the document of all services and the files of its documentation page from beside its bundle. */
const writeDocs = async (): Promise<void> => {
  const folder = join(out, 'portal-http', 'docs');
  await mkdir(folder, { recursive: true });
  const unused = (): never => {
    throw new Error('the document is made without a store');
  };
  const nothing = new Proxy({}, { get: () => unused });
  const platform: Platform = {
    store: nothing as Platform['store'],
    queue: nothing as Platform['queue'],
    clock: systemClock,
    log: silentLog,
    config: { publicUrl: 'https://localhost', oidc: { issuer: 'https://localhost', audience: 'none' }, cursorSecret: 'x'.repeat(32) },
  };
  const { http } = composeAll(platform);
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApiDocument(http.map(({ api }) => api))));
  for (const name of DOCS_ASSETS) {
    const bytes = await docsAsset(name);
    if (bytes) await writeFile(join(folder, name), bytes);
  }
};

/** `--only a,b` bundles some functions alone, for a look at one of them. */
const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const wanted = FUNCTIONS.filter(({ name }) => only === undefined || only.includes(name));
if (wanted.length === 0) throw new Error(`no such function; there are ${FUNCTIONS.map(({ name }) => name).join(', ')}`);

await rm(out, { recursive: true, force: true });
await mkdir(maps, { recursive: true });
const started = performance.now();
const results = await Promise.all(wanted.map(bundleFunction));
if (wanted.some(({ name }) => name === 'portal-http')) await writeDocs();
const manifest = results.map(({ built }) => built);
await writeFile(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
if (process.argv.includes('--meta')) {
  for (const { built, metafile } of results) await writeFile(join(maps, `${built.name}.meta.json`), JSON.stringify(metafile));
}
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`.padStart(9);
for (const { name, bytes, gzipBytes, native } of manifest) {
  process.stdout.write(`${name.padEnd(28)} ${kilobytes(bytes)} ${kilobytes(gzipBytes)} gzip${native ? '  + native PDF compiler' : ''}\n`);
}
process.stdout.write(`${manifest.length} functions in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
