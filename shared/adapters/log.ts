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
      write(JSON.stringify(entry));
    };
  return { info: emit('info'), warn: emit('warn'), error: emit('error') };
};

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
