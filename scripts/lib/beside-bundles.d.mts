export function copyBeside(root: string, folder: string, modules?: readonly string[]): void;
