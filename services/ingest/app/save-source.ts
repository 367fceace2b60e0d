/** A source's configuration is checked as a whole before it is stored: secrets fit the kind, the mapping compiles, its examples give what they promise. */
import { createHash } from 'node:crypto';
import type { Store } from '../../../shared/adapters/store.ts';
import type { FieldError } from '../../../shared/contracts/problems.ts';
import type { Source } from '../../../shared/contracts/sources.ts';
import { ProblemError } from '../../../shared/runtime/http/problem.ts';
import { entityKey } from '../../people/read.ts';
import { differences } from '../domain/compare-expected.ts';
import { parseSource, putSource, type StoredSource, sourceKey } from '../store.ts';
import { FXIAOKE_KEY } from './doors/fxiaoke.ts';
import { mapperOf, type SourceMapper } from './source-mapper.ts';

/** Facts of visits (`services/attendance`) and of members' months (`services/scoring`) have ids that begin so: no source may pretend to be them. */
const OWN_SOURCES: readonly string[] = ['attendance', 'team'];

/** What may be shown of a secret. */
export const fingerprintOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * Stores a source. Without secrets the stored ones stay. `mayReplace` says whether the caller reaches the legal entity of a stored one.
 * @throws ProblemError `not_found`, `invalid_request`, `mapping_invalid`, `conflict` (another legal entity), `precondition_failed`, `version_conflict`.
 */
export const saveSource = async (
  store: Store,
  given: Source,
  options: { readonly ifMatch?: number | undefined; readonly mayReplace?: (legalEntityId: string) => boolean } = {},
): Promise<StoredSource> => {
  const { ifMatch, mayReplace = () => true } = options;
  if (OWN_SOURCES.includes(given.id)) {
    throw new ProblemError('conflict', { zh: `${given.id} 为系统自身的来源`, en: `${given.id} is the source of our own facts` });
  }
  const [storedItem, entityItem] = await store.getMany([sourceKey(given.id), entityKey(given.legalEntityId)]);
  const stored = parseSource(storedItem);
  if (stored && !mayReplace(stored.source.legalEntityId)) throw new ProblemError('not_found');
  if (ifMatch !== undefined && ifMatch !== (stored?.version ?? 0)) throw new ProblemError('precondition_failed');
  if (stored && (stored.source.legalEntityId !== given.legalEntityId || stored.source.kind !== given.kind)) {
    throw new ProblemError('conflict', {
      zh: '来源的法人实体和类型不能更改,请新建来源',
      en: 'legal entity and kind of a source do not change: its facts rest on them. Make another source',
    });
  }
  if (!entityItem) throw invalid([{ pointer: '/legalEntityId', code: 'unknown', detail: 'there is no such legal entity' }]);
  const source: Source = { ...given, secrets: given.secrets.length > 0 ? given.secrets : (stored?.source.secrets ?? []) };
  const faults = [...secretFaults(source), ...organizationFaults(source)];
  if (faults.length > 0) throw invalid(faults);
  const made = mapperOf(source);
  const mappingFaults = made.ok ? exampleFaults(source, made.mapper) : made.faults;
  if (mappingFaults.length > 0) {
    throw new ProblemError('mapping_invalid', undefined, {
      errors: mappingFaults.slice(0, 50).map((fault) => ({ ...fault, pointer: `/mapping${fault.pointer}` })),
    });
  }
  const next: StoredSource = { source, version: (stored?.version ?? 0) + 1 };
  if (!(await store.write(putSource(next))).ok) throw new ProblemError('version_conflict');
  return next;
};

const invalid = (errors: readonly FieldError[]): ProblemError => new ProblemError('invalid_request', undefined, { errors });

const SECRET_FORMS: Partial<Record<Source['kind'], { readonly form: RegExp; readonly detail: string }>> = {
  fxiaoke: { form: FXIAOKE_KEY, detail: 'the 44-character Base64 key of the event subscription' },
  'standard-webhooks': { form: /^(?:whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, detail: 'whsec_ and 24 to 64 bytes in Base64' },
  salesforce: { form: /^[A-Za-z0-9_~.-]{16,128}$/, detail: 'a token of 16 to 128 characters that need no encoding in a URL' },
};

const secretFaults = ({ kind, secrets }: Source): FieldError[] => {
  if (kind === 'erp-batch') return [];
  if (secrets.length === 0) return [{ pointer: '/secrets', code: 'missing', detail: 'a webhook source needs a secret' }];
  const wanted = SECRET_FORMS[kind];
  return secrets.flatMap((secret, index) =>
    wanted && !(wanted.form.test(secret) && isWholeBase64(kind, secret))
      ? [{ pointer: `/secrets/${index}`, code: 'format', detail: wanted.detail }]
      : [],
  );
};
const isWholeBase64 = (kind: Source['kind'], secret: string): boolean => {
  if (kind !== 'standard-webhooks') return true;
  const text = secret.replace(/^whsec_/, '');
  return text.length % 4 === 0 && Buffer.from(text, 'base64').length >= 24;
};

const organizationFaults = ({ kind, organizationId }: Source): FieldError[] =>
  kind === 'salesforce' && !/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/.test(organizationId ?? '')
    ? [{ pointer: '/organizationId', code: 'format', detail: 'the organization id: 15 or 18 letters and digits' }]
    : [];

const exampleFaults = (source: Source, mapper: SourceMapper): readonly FieldError[] =>
  'shipped' in source.mapping ? [] : source.mapping.examples.flatMap((example, index) => runExample(example, mapper, `/examples/${index}`));

/** An example of a mapping: its payload must give exactly these facts, in order, with at least these members. */
export const runExample = (
  example: { readonly payload?: unknown; readonly expect: readonly unknown[] },
  mapper: SourceMapper,
  pointer: string,
): readonly FieldError[] => {
  try {
    const mapped = mapper.events(example.payload).flatMap((event) => mapper.map(event));
    const failed = mapped.flatMap((one) => (one.ok ? [] : [{ pointer: `${pointer}/payload`, code: 'not_mapped', detail: one.detail.en }]));
    if (failed.length > 0) return failed;
    const facts = mapped.flatMap((one) => (one.ok ? [one.fact] : []));
    return differences(example.expect, facts, `${pointer}/expect`);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return [{ pointer: `${pointer}/payload`, code: 'not_readable', detail: error.message }];
  }
};
