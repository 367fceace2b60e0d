import { ProblemError } from './problem.ts';

export const MAX_NESTING = 32;

/** Refuses text nested deeper than {@link MAX_NESTING} before anything recursive sees it. One pass, no allocation. */
export const assertShallow = (text: string): void => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_NESTING) {
        throw new ProblemError('nesting_too_deep', { zh: `嵌套超过 ${MAX_NESTING} 层`, en: `nested deeper than ${MAX_NESTING} levels` });
      }
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
};

/** JSON of bounded depth. @throws ProblemError `malformed_json` or `nesting_too_deep`. */
export const parseJson = (text: string): unknown => {
  assertShallow(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('malformed_json');
  }
};
