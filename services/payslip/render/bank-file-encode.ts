/** Bank file rows to bytes: quoting, delimiter, formula-safe text, UTF-8 or GBK. */
import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import type { BankFile, BankFileCell, BankFileTemplate } from '../domain/bank-file.ts';

/**
 * False for a text that the template's encoding cannot hold (a name with a rare character in a GBK file). The file must not be made with a `?`
 * in its place: the bank would refuse or misdirect the payment.
 */
export const isEncodable = (text: string, template: BankFileTemplate): boolean =>
  template.encoding !== 'gbk' || iconv.decode(iconv.encode(text, 'gbk'), 'gbk') === text;

/** Texts of a file that its encoding cannot hold. */
export const unencodableTexts = (file: BankFile, template: BankFileTemplate): readonly string[] =>
  file.rows.flatMap((row) => row.flatMap((cell) => ('text' in cell && !isEncodable(cell.text, template) ? [cell.text] : [])));

const toField = (cell: BankFileCell, quoting: BankFileTemplate['quoting']) =>
  'number' in cell
    ? { value: cell.number, quoted: false, escape_formulas: false }
    : { value: cell.text, quoted: quoting === 'quote-text', escape_formulas: true };

/**
 * The file as the bank takes it. Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers.
 * @throws RangeError when a text does not fit the encoding, see {@link unencodableTexts}.
 */
export const encodeBankFile = (file: BankFile, template: BankFileTemplate): Uint8Array => {
  const lost = unencodableTexts(file, template);
  if (lost.length > 0) throw new RangeError(`not in ${template.encoding}: ${lost.join(', ')}`);
  const text = stringify(
    file.rows.map((row) => row.map((cell) => ({ cell }))),
    {
      delimiter: template.delimiter,
      record_delimiter: template.lineEnding,
      // Options given with the value override these for one cell.
      cast: { object: (value) => toField((value as { cell: BankFileCell }).cell, template.quoting) as unknown as string },
    },
  );
  if (template.encoding === 'gbk') return iconv.encode(text, 'gbk');
  return Buffer.from(template.encoding === 'utf-8-bom' ? `\uFEFF${text}` : text, 'utf8');
};
