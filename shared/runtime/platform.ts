import type { Clock } from '../adapters/clock.ts';
import type { Log } from '../adapters/log.ts';
import type { Queue } from '../adapters/queue.ts';
import type { Store } from '../adapters/store.ts';

/** What every service is composed of. Production, the embedded host, the tests and the simulation differ in nothing else. */
export interface Platform {
  readonly store: Store;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Config;
}

/** Read once from the environment by `readConfig`; unknown stays unset, wrong refuses to start. */
export interface Config {
  /** Where people reach the API, used in links and in signatures over the request URI: `https://pay.example.com`. */
  readonly publicUrl: string;
  /** OIDC issuer, and the audience a token must name. */
  readonly oidc: { readonly issuer: string; readonly audience: string; readonly jwks?: string };
  /** Signs page cursors, so that one person's cursor is of no use to another. */
  readonly cursorSecret: string;
}
