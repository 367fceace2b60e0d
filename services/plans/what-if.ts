/** What other services may ask of plans about what has not happened: facts that a condition takes, plans that are not published. Nothing here writes. */
export { type PlanDraft, readDraft } from './app/read-draft.ts';
export { type ExampleFact, exampleOf, type Wanted } from './domain/example-facts.ts';
export { paysWithoutFacts } from './domain/publication.ts';
