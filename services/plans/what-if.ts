/** What other services may ask of plans about facts that have not happened. Pure. */
export { type ExampleFact, exampleOf, type Wanted } from './domain/example-facts.ts';
