// Installs the dependencies when they are missing or not those of package-lock.json. Only Node's own modules: this runs before any install.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const OLDEST_NODE = [20, 19];

/** One sentence when this Node is too old, else undefined. */
export const nodeTooOld = (version = process.versions.node) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = OLDEST_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return undefined;
  return `Meritrail needs Node ${needMajor}.${needMinor} or newer; this is ${version}. Install a newer Node and start again.`;
};

/**
 * Compares what npm noted in `node_modules` with `package-lock.json`, package by package: times of files say nothing after a checkout.
 * @param {string} root
 * @param {{ dev: boolean }} needs whether development dependencies are needed
 */
export const isInstalled = (root, { dev }) => {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const present = JSON.parse(readFileSync(noted, 'utf8')).packages;
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '' || entry.link) return true;
      const found = present[path];
      // Optional packages are for one platform each; development packages may have been left out on purpose.
      if (!found) return entry.optional === true || entry.devOptional === true || (entry.dev === true && !dev);
      return found.version === entry.version && (!found.integrity || !entry.integrity || found.integrity === entry.integrity);
    });
  } catch {
    return false;
  }
};

/**
 * What package-lock.json says, with the registry of the user's own npm configuration. Not `npm ci`: that removes all of `node_modules` first,
 * also when one package is missing.
 * @returns {string | undefined} one sentence when it did not work
 */
export const ensureInstalled = (root, { dev, log }) => {
  if (isInstalled(root, { dev })) return undefined;
  log('Installing the dependencies (npm install, as package-lock.json says) …');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...(dev ? ['--include=dev'] : [])];
  const npm = process.env.npm_execpath;
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] };
  const result =
    npm && existsSync(npm)
      ? spawnSync(process.execPath, [npm, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.status === 0) return undefined;
  const why = result.error ? `npm cannot be run (${result.error.message})` : `"npm ${args.join(' ')}" failed`;
  return `The dependencies could not be installed: ${why}. Check the network and the registry of your npm configuration, then start again.`;
};
