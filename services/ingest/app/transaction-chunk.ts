/** Steps that share one transaction: at most 100 operations, each on another item, and not too large. */
import { MAX_TRANSACTION, type WriteOperation } from '../../../shared/adapters/store.ts';
import type { Step } from './fact-steps.ts';
import { operationId } from './loaded-items.ts';

/** DynamoDB takes 4 MB in one transaction; text counts up to three bytes a character. */
const MAX_CHARACTERS = 1_000_000;

export interface Chunk {
  readonly steps: readonly Step[];
  readonly operations: readonly WriteOperation[];
  /** Whether the step's writes can join; an empty chunk takes any step. */
  fits(step: Step): boolean;
  add(step: Step): void;
}

export const newChunk = (): Chunk => {
  const steps: Step[] = [];
  const operations: WriteOperation[] = [];
  const touched = new Map<string, WriteOperation>();
  let characters = 0;
  /** Two facts may rest on the same order: one check is enough. */
  const isRepeatedCheck = (operation: WriteOperation): boolean => {
    const present = touched.get(operationId(operation));
    return operation.op === 'check' && present?.op === 'check' && JSON.stringify(present) === JSON.stringify(operation);
  };
  return {
    steps,
    operations,
    fits(step) {
      if (operations.length === 0) return true;
      const added = step.operations.filter((operation) => !isRepeatedCheck(operation));
      return (
        operations.length + added.length <= MAX_TRANSACTION &&
        characters + sizeOf(added) <= MAX_CHARACTERS &&
        added.every((operation) => !touched.has(operationId(operation)))
      );
    },
    add(step) {
      const added = step.operations.filter((operation) => !isRepeatedCheck(operation));
      steps.push(step);
      operations.push(...added);
      characters += sizeOf(added);
      for (const operation of added) touched.set(operationId(operation), operation);
    },
  };
};

const sizeOf = (operations: readonly WriteOperation[]): number =>
  operations.reduce((sum, operation) => {
    if (operation.op !== 'put') return sum;
    return sum + String(operation.item['doc'] ?? '').length + String(operation.item['message'] ?? '').length;
  }, 0);
