// The outside world of the chain's benchmark, in a thread of its own: sends prepared requests, so many at a time, over kept connections.
import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { requests, senders } = workerData;
const agent = new Agent({ keepAlive: true, maxSockets: senders });
const send = ({ url, headers, body }) =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.once('end', () => (response.statusCode < 300 ? resolve() : reject(new Error(`webhook: ${response.statusCode}`))));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });

let next = 0;
await Promise.all(
  Array.from({ length: senders }, async () => {
    while (next < requests.length) {
      const one = requests[next];
      next += 1;
      await send(one);
    }
  }),
);
agent.destroy();
parentPort.postMessage('sent');
