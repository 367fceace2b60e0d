// Files that modules read from beside themselves: a bundle has them beside it, or its function finds nothing there.
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The module that reads, and the file that it reads. */
const BESIDE = [{ module: 'services/payslip/render/payslip-pdf.ts', file: 'services/payslip/render/payslip.typ' }];

/**
 * @param {string} root of the repository
 * @param {string} folder that the bundle is in
 * @param {readonly string[]} [modules] what is in the bundle, from the root; everything unless given
 */
export const copyBeside = (root, folder, modules) => {
  for (const { module, file } of BESIDE) {
    if (modules === undefined || modules.includes(module)) copyFileSync(join(root, file), join(folder, basename(file)));
  }
};
