/** A user's text file from disk: a Markdown document, unless the caller says what else. */
import { readFileSync } from 'node:fs';
import { SimError, type ErrorCode } from '../errors.ts';

const MARKDOWN = { code: 'SIM_DOCUMENT_INVALID', hint: 'give a Markdown file with a table' } as const;

/**
 * The text of a document.
 *
 * @param shown  how the file is called in messages
 * @throws SimError with `code` when it is not there, not readable, or not text in UTF-8
 */
export function readDocument(
  path: string,
  shown = path,
  { code, hint }: { readonly code: ErrorCode; readonly hint: string } = MARKDOWN,
): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const failed = (cause as NodeJS.ErrnoException).code ?? '';
    const why = failed === 'ENOENT' ? 'there is no such file' : failed === 'EISDIR' ? 'it is a folder' : failed;
    throw new SimError(code, `${shown}: ${why}`, { cause, hint });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SimError(code, `${shown}: not text in UTF-8`, { cause, hint: 'save it as UTF-8' });
  }
}
