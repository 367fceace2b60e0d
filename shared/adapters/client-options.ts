/** What both SDK clients have in common. The clients are in files of their own: a function without queues does not load SQS. */

/** Long polls hold a socket each, so there are more than one for every poller. */
const MAX_SOCKETS = 256;

export const tuning = (requestTimeoutMs: number) => ({
  requestHandler: {
    connectionTimeout: 2000,
    requestTimeout: requestTimeoutMs,
    httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
  },
  // Our middleware never changes after the start, so it need not be put together again for every request.
  cacheMiddleware: true,
});

/** The SDK copies and masks every input and output for a log that nobody reads: a fifth of the time of a request. */
export const withoutLogging = <Client extends { readonly middlewareStack: { remove(name: string): boolean } }>(client: Client): Client => {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
};

interface SignedRequest {
  headers: Record<string, string>;
}

/** A server on this machine wants to see a signature but checks none; computing one is a tenth of the time of a request. */
export const localEndpoint = <Signer>(endpoint: string, service: 'dynamodb' | 'sqs') => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  signer: {
    sign: (request: SignedRequest): Promise<SignedRequest> => {
      request.headers['authorization'] =
        `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;
      request.headers['x-amz-date'] = '20260101T000000Z';
      return Promise.resolve(request);
    },
  } as Signer,
});
