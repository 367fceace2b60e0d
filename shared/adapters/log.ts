/** One JSON line an event on standard output. Values are strings, numbers and booleans: no objects, so nothing slips in unseen. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const SECRET = /secret|token|password|authorization|signature|account/i;

/** Fields whose names speak of secrets are masked; control characters cannot forge a line because the whole line is JSON. */
export const jsonLog = (write: (line: string) => void = (line) => process.stdout.write(`${line}\n`), base: LogFields = {}): Log => {
  const emit =
    (level: string) =>
    (event: string, fields: LogFields = {}) => {
      const entry: Record<string, unknown> = { time: new Date().toISOString(), level, event };
      for (const [name, value] of Object.entries({ ...base, ...fields })) {
        if (value !== undefined) entry[name] = SECRET.test(name) ? '***' : value;
      }
      write(printable(JSON.stringify(entry)));
    };
  return { info: emit('info'), warn: emit('warn'), error: emit('error') };
};

/** What JSON leaves as it is but a terminal or a viewer acts on: C1 controls, line separators, changes of the writing direction. */
const printable = (line: string): string =>
  line.replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
