// The options of `npm start`, parsed before anything is installed: no imports but Node's own.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `npm start [-- options]

Runs Meritrail on this machine: table engine, queue server, every service and the HTTP API, on loopback only.

  --port <number>   port of the HTTP API (default 8080; 0 takes any free one)
  --data <folder>   where the data lives (default .data)
  --reset           deletes the data and starts over
  --no-demo         does not load the demonstration companies on the first start
  --help            shows this

Environment: AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SQS use other servers than the built-in ones;
MERITRAIL_OIDC_ISSUER (with MERITRAIL_OIDC_AUDIENCE) uses another issuer than the development one.
`;

/**
 * @param {readonly string[]} args
 * @param {string} root the folder that relative paths are against
 * @returns {{ ok: true, help: boolean, port: number, data: string, reset: boolean, demo: boolean } | { ok: false, sentence: string }}
 */
export const parseStartOptions = (args, root) => {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        reset: { type: 'boolean', default: false },
        'no-demo': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return { ok: false, sentence: `${firstSentence(error.message)} See: npm start -- --help` };
  }
  const port = values.port === undefined ? 8080 : /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) return { ok: false, sentence: `--port must be a number from 0 to 65535, not ${values.port}.` };
  if (values.data === '') return { ok: false, sentence: '--data needs a folder.' };
  return {
    ok: true,
    help: values.help,
    port,
    data: resolve(root, values.data ?? '.data'),
    reset: values.reset,
    demo: !values['no-demo'],
  };
};

const firstSentence = (text) => `${text.split(/\.\s|\n/)[0]?.replace(/\.$/, '')}.`;
