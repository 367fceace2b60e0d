export function nodeTooOld(version?: string): string | undefined;
export function isInstalled(root: string, needs: { readonly dev: boolean }): boolean;
export function ensureInstalled(root: string, options: { readonly dev: boolean; readonly log: (line: string) => void }): string | undefined;
