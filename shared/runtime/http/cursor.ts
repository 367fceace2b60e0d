import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PageKey } from '../../adapters/store.ts';
import { ProblemError } from './problem.ts';

/** A page cursor is bound to its caller and its list, and signed: somebody else's, or one from another list, is refused. */
export const cursors = (secret: string) => {
  const sign = (body: string, caller: string, list: string): string =>
    createHmac('sha256', secret).update(`${caller}\u0000${list}\u0000${body}`).digest('base64url');
  return {
    issue(next: PageKey | undefined, caller: string, list: string): string | null {
      if (!next) return null;
      const body = Buffer.from(JSON.stringify(next)).toString('base64url');
      return `${body}.${sign(body, caller, list)}`;
    },
    read(cursor: string | undefined, caller: string, list: string): PageKey | undefined {
      if (cursor === undefined) return undefined;
      const [body, signature, ...rest] = cursor.split('.');
      const expected = Buffer.from(sign(body ?? '', caller, list));
      const given = Buffer.from(signature ?? '');
      if (!body || rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new ProblemError('invalid_cursor');
      return JSON.parse(Buffer.from(body, 'base64url').toString()) as PageKey;
    },
  };
};
export type Cursors = ReturnType<typeof cursors>;
