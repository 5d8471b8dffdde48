/** A Markdown document from disk. */
import { readFileSync } from 'node:fs';
import { SimError } from '../errors.ts';

/**
 * The text of a document.
 *
 * @param shown  how the file is called in messages
 * @throws SimError `SIM_DOCUMENT_INVALID` when it is not there, not readable, or not text in UTF-8
 */
export function readDocument(path: string, shown = path): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code;
    throw new SimError('SIM_DOCUMENT_INVALID', `${shown}: ${why}`, {
      cause,
      hint: 'give a Markdown file with a table',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SimError('SIM_DOCUMENT_INVALID', `${shown}: not text in UTF-8`, { cause, hint: 'save it as UTF-8' });
  }
}
