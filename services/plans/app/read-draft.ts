import type { Store } from '../../../shared/adapters/store.ts';
import type { Draft } from '../domain/draft.ts';
import { draftKey, parseDraft } from '../store.ts';

/** A draft as far as others may try it out. */
export type PlanDraft = Pick<Draft, 'planId' | 'legalEntityId' | 'version' | 'document' | 'digest' | 'status'>;

export const readDraft = async (store: Store, planId: string): Promise<PlanDraft | undefined> =>
  parseDraft(await store.get(draftKey(planId)));
