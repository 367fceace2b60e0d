// `npm start`: on a machine with Node and npm alone, to a running product. Plain JavaScript without dependencies up to the install.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleHost } from './lib/bundle-host.mjs';
import { ensureInstalled, nodeTooOld } from './lib/install.mjs';
import { parseStartOptions, USAGE } from './lib/start-options.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const refuse = (sentence, code = 1) => {
  console.error(`\n${sentence}\n`);
  process.exit(code);
};

const tooOld = nodeTooOld();
if (tooOld) refuse(tooOld);
// npm runs this in the root; relative paths are meant against the folder the person stands in.
const options = parseStartOptions(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
if (!options.ok) refuse(options.sentence, 2);
if (options.help) {
  console.log(USAGE);
  process.exit(0);
}
// What is loaded from the repository (the demonstration's plans) is found from its root.
process.chdir(root);
const notInstalled = ensureInstalled(root, { dev: false, log: console.log });
if (notInstalled) refuse(notInstalled);

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.setSourceMapsEnabled(true);
const bundle = await bundleHost(root).catch((error) => {
  const first = error.errors?.[0];
  const where = first?.location ? ` (${first.location.file}:${first.location.line})` : '';
  return refuse(`Meritrail could not be built: ${first?.text ?? error.message}${where}.`);
});
const { main } = await import(pathToFileURL(bundle).href);
await main({
  port: options.port,
  dataFolder: options.data,
  demo: options.demo,
  reset: options.reset,
  sidecarScript: join(root, 'infra', 'embedded', 'sidecar.mjs'),
  startedAt: performance.timeOrigin,
});
