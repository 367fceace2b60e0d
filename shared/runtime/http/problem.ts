import type { z } from 'zod';
import { type FieldError, PROBLEMS, type Problem, type ProblemCode } from '../../contracts/problems.ts';

/** Thrown by handlers and middleware, answered as RFC 9457 problem details by the one error handler of `api.ts`. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly detailZh: string;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: { readonly zh: string; readonly en: string } = PROBLEMS[code],
    options: { readonly errors?: readonly FieldError[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail.en);
    this.name = 'ProblemError';
    this.code = code;
    this.detailZh = detail.zh;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }
}

export const toProblem = (error: ProblemError, instance?: string): Problem => ({
  type: `/problems/${error.code}`,
  title: PROBLEMS[error.code].en,
  status: PROBLEMS[error.code].status,
  code: error.code,
  detail: error.message,
  detailZh: error.detailZh,
  ...(instance ? { instance } : {}),
  ...(error.errors.length > 0 ? { errors: error.errors } : {}),
});

/** `/credits/0/share` from a zod path. */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Every bad field at once; at most 50, so that a hostile body cannot make the answer huge. */
export const fieldErrors = (error: z.ZodError, prefix = ''): FieldError[] =>
  error.issues
    .flatMap((issue): FieldError[] => {
      const at = (path: readonly PropertyKey[]): string => `${prefix}${pointerOf(path)}` || '/';
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), code: issue.code, detail: 'not known here' }));
      }
      return [{ pointer: at(issue.path), code: String(issue.code), detail: messageOf(issue) }];
    })
    .slice(0, 50);

/** Of a union that nothing fits, what each of its forms would have been: "Invalid input" helps nobody. */
const messageOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code !== 'invalid_union') return issue.message;
  const forms = new Set(issue.errors.flatMap((branch) => branch.slice(0, 1).map((one) => `${pointerOf(one.path)} ${one.message}`.trim())));
  return forms.size === 0 ? issue.message : [...forms].join('; or: ').slice(0, 300);
};
