/** `If-Match` and `If-None-Match` of a write, against the stored version. Pure. */

export type Precondition =
  | { readonly kind: 'none' }
  /** `If-Match: *` */
  | { readonly kind: 'exists' }
  /** `If-None-Match: *`: only create. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly oneOf: readonly number[] };

export const NO_PRECONDITION: Precondition = { kind: 'none' };

/** `stored` is 0 when there is nothing. */
export const holdsFor = (precondition: Precondition, stored: number): boolean => {
  switch (precondition.kind) {
    case 'none':
      return true;
    case 'exists':
      return stored > 0;
    case 'absent':
      return stored === 0;
    case 'version':
      return stored > 0 && precondition.oneOf.includes(stored);
  }
};

const TAGS = /^\s*"[^"]*"(?:\s*,\s*"[^"]*")*\s*$/;

/**
 * From the two headers. Versions are strong tags (`"3"`); a tag that is no version of ours matches nothing. `undefined` when a header is
 * malformed, weak (a weak tag never matches a write), or both are given.
 */
export const parsePrecondition = (ifMatch: string | undefined, ifNoneMatch: string | undefined): Precondition | undefined => {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) return undefined;
  if (ifNoneMatch !== undefined) return ifNoneMatch.trim() === '*' ? { kind: 'absent' } : undefined;
  if (ifMatch === undefined) return NO_PRECONDITION;
  if (ifMatch.trim() === '*') return { kind: 'exists' };
  if (ifMatch.length > 500 || !TAGS.test(ifMatch)) return undefined;
  const versions = [...ifMatch.matchAll(/"([^"]*)"/g)].map((tag) => (/^[1-9]\d{0,14}$/.test(tag[1] ?? '') ? Number(tag[1]) : 0));
  return { kind: 'version', oneOf: versions };
};
