/** A payslip as a PDF, by Typst. The native compiler and the fonts are loaded when the first PDF is asked for, then kept. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Payslip, SealedPayslip } from '../domain/payslip.ts';
import { type PayslipLanguage, viewPayslip } from './payslip-view.ts';

/** Full fonts, not a subset: names hold characters outside GB 2312. */
const FONT_FILES = [
  '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  '@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
] as const;
/** Compilations after which the compiler forgets what it has not used of late. */
const EVICT_EVERY = 50;

export interface PayslipPdfRenderer {
  /** The PDF's bytes: the same payslip gives the same bytes. @throws Error when the template does not compile. */
  readonly render: (slip: Payslip | SealedPayslip, lang?: PayslipLanguage) => Uint8Array;
}

/** @param template text of a `.typ` file in place of the one that ships. */
export const createPayslipPdfRenderer = async (template?: string): Promise<PayslipPdfRenderer> => {
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler');
  const resolve = createRequire(import.meta.url).resolve;
  const fontBlobs = await Promise.all(FONT_FILES.map((file) => readFile(resolve(file))));
  const source = template ?? (await readFile(new URL('./payslip.typ', import.meta.url), 'utf8'));
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs }] });
  let rendered = 0;
  return {
    render: (slip, lang = 'zh-CN') => {
      const data = JSON.stringify(viewPayslip(slip, lang));
      const result = compiler.compile({ mainFileContent: source, inputs: { data } });
      const document = result.result;
      if (document === null)
        throw new Error(`payslip template does not compile: ${JSON.stringify(result.takeDiagnostics()?.shortDiagnostics)}`);
      const bytes = compiler.pdf(document, { creationTimestamp: Math.floor(Date.parse(`${slip.payDate}T00:00:00Z`) / 1000) });
      rendered += 1;
      if (rendered % EVICT_EVERY === 0) compiler.evictCache(10);
      return bytes;
    },
  };
};

let shared: Promise<PayslipPdfRenderer> | undefined;

/** One PDF with the template that ships. */
export const renderPayslipPdf = async (
  slip: Payslip | SealedPayslip,
  options: { readonly lang?: PayslipLanguage } = {},
): Promise<Uint8Array> => {
  shared ??= createPayslipPdfRenderer();
  return (await shared).render(slip, options.lang);
};
