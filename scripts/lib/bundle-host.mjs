// Bundles the embedded host for this Node. The bundle is kept under the digest of everything it is made from, so that a start without changes
// builds nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyBeside } from './beside-bundles.mjs';

const SOURCES = ['services', 'shared', 'infra'];
const OUT = ['dist', 'embedded'];
const KEEP = 3;

/** @param {string} root */
const digestOfSources = (root) => {
  const hash = createHash('sha256').update('host-bundle-1');
  const add = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const full = join(path, entry.name);
      if (entry.isDirectory()) add(full);
      else if (!entry.name.endsWith('.test.ts') && !entry.name.endsWith('.md'))
        hash.update(`${full.slice(root.length)}\0`).update(readFileSync(full));
    }
  };
  for (const folder of SOURCES) add(join(root, folder));
  hash.update(readFileSync(join(root, 'package-lock.json')));
  return hash.digest('hex').slice(0, 16);
};

/**
 * @param {string} root
 * @returns {Promise<string>} path of the module that exports `main`
 */
export const bundleHost = async (root) => {
  const folder = join(root, ...OUT);
  const name = `host-${digestOfSources(root)}.mjs`;
  const file = join(folder, name);
  mkdirSync(folder, { recursive: true });
  copyBeside(root, folder);
  if (existsSync(file)) return file;
  const { build, stop } = await import('esbuild');
  const draft = join(folder, `${name}.${process.pid}.tmp`);
  try {
    await build({
      entryPoints: [join(root, 'infra', 'embedded', 'main.ts')],
      outfile: draft,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      // Packages stay where npm put them: they bring files and native parts, and building takes a tenth of the time.
      packages: 'external',
      sourcemap: 'inline',
      sourcesContent: false,
      logLevel: 'silent',
    });
  } finally {
    await stop();
  }
  renameSync(draft, file);
  const old = readdirSync(folder)
    .filter((entry) => entry.startsWith('host-') && entry.endsWith('.mjs') && entry !== name)
    .map((entry) => ({ entry, time: statSync(join(folder, entry)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { entry } of old.slice(KEEP)) rmSync(join(folder, entry), { force: true });
  return file;
};
