/**
 * Configuration from the environment, parsed once, at the edge. What is wrong refuses to start and is named; a secret's value never appears
 * in the message. Endpoints, region and credentials are not here: the AWS SDK reads those by itself.
 */
import { z } from 'zod';
import type { Config } from './platform.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An environment that cannot be used. The message has one line a variable. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`the configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** What the platform is made of, beside what use cases see as {@link Config}. */
export interface RuntimeConfig extends Config {
  readonly tablePrefix: string;
  readonly queuePrefix: string;
}

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .max(512)
  .refine((text) => !/[?#]/.test(text), 'must have no query and no fragment')
  .transform((text) => text.replace(/\/+$/, ''));

/** DynamoDB and SQS allow letters, digits, `_ - .` and 255 or 80 characters; the longest own name must fit behind the prefix. */
const prefix = z
  .string()
  .max(40, 'may have at most 40 characters')
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be letters, digits, - and _, beginning with a letter or digit');

const jwks = z
  .string()
  .max(100_000)
  .refine((text) => {
    try {
      const keys: unknown = (JSON.parse(text) as { keys?: unknown } | null)?.keys;
      return Array.isArray(keys) && keys.length > 0;
    } catch {
      return false;
    }
  }, 'must be a JSON Web Key Set: {"keys": [...]} with at least one key');

const environmentSchema = z.object({
  MERITRAIL_PUBLIC_URL: webUrl,
  /** Compared character by character with `iss` of a token: kept as written. */
  MERITRAIL_OIDC_ISSUER: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).max(512),
  MERITRAIL_OIDC_AUDIENCE: z.string().min(1, 'must not be empty').max(256),
  /** The issuer's keys, where the network does not reach the issuer. Without it they are fetched from where its discovery document says. */
  MERITRAIL_OIDC_JWKS: jwks.optional(),
  MERITRAIL_CURSOR_SECRET: z.string().min(32, 'must have at least 32 characters').max(512),
  MERITRAIL_TABLE_PREFIX: prefix.default('meritrail-'),
  MERITRAIL_QUEUE_PREFIX: prefix.optional(),
});
type Variable = keyof typeof environmentSchema.shape;

/**
 * @throws ConfigError naming every variable that is missing or wrong.
 */
export const readConfig = (environment: Environment): RuntimeConfig => {
  // An empty variable is how deployment tools say "not set".
  const given = Object.fromEntries(
    (Object.keys(environmentSchema.shape) as Variable[]).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0] ?? '');
        return Object.hasOwn(given, name) ? `${name} ${issue.message}` : `${name} is not set`;
      }),
    );
  }
  const values = parsed.data;
  return {
    publicUrl: values.MERITRAIL_PUBLIC_URL,
    oidc: {
      issuer: values.MERITRAIL_OIDC_ISSUER,
      audience: values.MERITRAIL_OIDC_AUDIENCE,
      ...(values.MERITRAIL_OIDC_JWKS === undefined ? {} : { jwks: values.MERITRAIL_OIDC_JWKS }),
    },
    cursorSecret: values.MERITRAIL_CURSOR_SECRET,
    tablePrefix: values.MERITRAIL_TABLE_PREFIX,
    queuePrefix: values.MERITRAIL_QUEUE_PREFIX ?? values.MERITRAIL_TABLE_PREFIX,
  };
};
