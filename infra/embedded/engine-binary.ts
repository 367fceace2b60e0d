import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const BINARY = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The table engine for this machine: the npm package of this platform, else `dynoxide` on the PATH, else undefined. */
export const findEngine = (environment: Readonly<Record<string, string | undefined>> = process.env): string | undefined => {
  const candidates: string[] = [];
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/package.json`);
    candidates.push(join(dirname(manifest), BINARY));
  } catch {
    // No build for this platform among the optional dependencies.
  }
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) if (folder) candidates.push(join(folder, BINARY));
  return candidates.find(executable);
};
