/** One small plan of four folds, what was told, and a store that is meddled with. */
import type { Store, WriteOperation } from '../../../shared/adapters/store.ts';
import type { ScoreUpdated } from '../../../shared/contracts/messages.ts';
import { memoryPlatform } from '../../../test/simulation/memory-platform.ts';
import { documentOf, indicator, metric, versionOf } from './plans.ts';
import type { World } from './world.ts';

export const sales = metric({ id: 'sales', fold: 'sum', unit: 'fen', factTypes: ['order.signed'] });
const buyers = metric({ id: 'buyers', fold: 'count-distinct', factTypes: ['order.signed'], by: 'fact.subject.customerId' });
const customers = metric({ id: 'customers', fold: 'qualified-customers', qualifies: 'order.net >= 1000' });
const coverage = metric({
  id: 'coverage',
  fold: 'latest',
  unit: 'number',
  factTypes: ['channel.coverage-measured'],
  value: 'fact.attributes.covered',
});
export const plan = versionOf(
  documentOf([sales, buyers, customers, coverage], { indicators: [indicator('sales', '60', '100'), indicator('customers', '40', '2')] }),
);
export const told = ({ platform }: World): ScoreUpdated[] =>
  platform.queue.sent.filter(({ queue }) => queue === 'scores').map(({ body }) => JSON.parse(body) as ScoreUpdated);
export const outbox = ({ platform }: World) => platform.store.dump('scores').filter(({ item }) => item.pk.startsWith('OUTBOX#'));

/** A platform whose store does something right before its n-th transaction. */
export const meddled = (before: (transaction: number, store: Store) => Promise<void>) => {
  const platform = memoryPlatform();
  let transactions = 0;
  const { store } = platform;
  return {
    ...platform,
    /** The same store, not meddled with. */
    untouched: store,
    store: {
      ...store,
      async transact(operations: readonly WriteOperation[]) {
        transactions += 1;
        await before(transactions, store);
        return store.transact(operations);
      },
    },
  };
};
