import type { Platform } from '../../../shared/runtime/platform.ts';
import { type SqsHandler, sqsHandler } from '../../../shared/runtime/sqs-handler.ts';
import { receiveMessages, type VisitMessage } from '../app/receive-messages.ts';

/** Reads the queue `visits`. */
export const onVisitMessage = (platform: Platform): SqsHandler =>
  sqsHandler<VisitMessage>(platform, 'visits', ['followup.logged', 'evidence.found', 'sites.changed', 'employment.changed'], (received) =>
    receiveMessages(platform, received),
  );
