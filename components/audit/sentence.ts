import type { AuditEntry } from '@/lib/audit/views'
import { template } from './sentences'

type Told = Pick<
  AuditEntry,
  'actorKind' | 'actorName' | 'action' | 'outcome' | 'connectionId' | 'connectionName' | 'subjectName'
>

export type SentencePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'person'; readonly text: string }
  | { readonly kind: 'connection'; readonly text: string; readonly id: string }

/** "Ada Lovelace disconnected Harbour Lantern", in parts: names are someone else's text. */
export function sentenceParts(entry: Told): readonly SentencePart[] {
  return template(entry.action, entry.outcome)
    .split(/(\{\w+\})/)
    .filter(Boolean)
    .map((part) => {
      switch (part) {
        case '{actor}':
          return actor(entry)
        case '{subject}':
          return entry.subjectName === null ? text('someone') : { kind: 'person', text: entry.subjectName }
        case '{connection}':
          return connection(entry)
        default:
          return text(part)
      }
    })
}

/** The same as one line of text. */
export const sentence = (entry: Told): string =>
  sentenceParts(entry)
    .map((part) => part.text)
    .join('')

const text = (words: string) => ({ kind: 'text', text: words }) as const

function actor({ actorKind, actorName }: Told): SentencePart {
  if (actorKind === 'airwallex') return text('Airwallex')
  if (actorKind !== 'partner_user') return text('The dashboard')
  return actorName === null ? text('Someone') : { kind: 'person', text: actorName }
}

function connection({ connectionId, connectionName }: Told): SentencePart {
  if (connectionId === null) return text('a connection')
  return { kind: 'connection', text: connectionName ?? 'a deleted connection', id: connectionId }
}
