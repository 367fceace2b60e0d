/** Something the person at the keyboard can mend. Printed as it is: one sentence and what to do, no stack. */
export class StartRefusal extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'StartRefusal';
  }
}
