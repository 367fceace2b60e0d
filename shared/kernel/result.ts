/** Expected outcomes are returned, bugs are thrown. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const succeed = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** A switch that must have covered every case. */
export const unreachable = (value: never): never => {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
};
