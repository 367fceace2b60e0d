export const USAGE: string;
export function parseStartOptions(
  args: readonly string[],
  root: string,
):
  | {
      readonly ok: true;
      readonly help: boolean;
      readonly port: number;
      readonly data: string;
      readonly reset: boolean;
      readonly demo: boolean;
    }
  | { readonly ok: false; readonly sentence: string };
