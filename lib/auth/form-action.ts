import 'server-only'
import { randomUUID } from 'node:crypto'
import { headers } from 'next/headers'
import { forbidden, notFound, unstable_rethrow } from 'next/navigation'
import type { z } from 'zod'
import { withOrigin } from '@/lib/audit/origin'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { parseActionInput } from './action-input'
import { isFromOwnOrigin } from './own-origin'
import { requestClient } from './request-client'

/** What an action can answer in addition to its own results. */
export type ActionRefusal =
  /** Field name, or `form`, to the rule it breaks. */
  | {
      readonly kind: 'invalid'
      readonly problems: Readonly<Record<string, string>>
      /** What was typed, to stand in the fields again: a form's are emptied when its action ends. */
      readonly typed: Readonly<Record<string, string>>
    }
  /** No one foresaw this; the reference is in the log. */
  | { readonly kind: 'failed'; readonly reference: string }

/**
 * Fits `<form action={…}>`, where no one reads the result and the action ends in a redirect, and `useActionState`. What
 * the second shows next to its form is a page for the first: not found for a form that was tampered with, the error page
 * for a failure.
 */
export type FormAction<Result> = {
  (form: FormData): Promise<void>
  (previous: unknown, form: FormData): Promise<Result | ActionRefusal>
}

export type Input<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>

/**
 * What every server action has in common: a request from a page of ours (403 otherwise), then `identify`, then a
 * well-formed input, then `run`. Redirects, `notFound()` and their kin pass through; nothing else is thrown to a caller
 * who can be answered, and a caller learns nothing of an error but its reference.
 */
export function formAction<Shape extends z.ZodRawShape, Who, Result>(
  schema: z.ZodObject<Shape>,
  identify: () => Promise<Who>,
  run: (who: Who, input: Input<Shape>) => Promise<Result>,
): FormAction<Result> {
  async function act(form: unknown): Promise<Result | ActionRefusal> {
    if (!isFromOwnOrigin(await headers(), env().appOrigin)) {
      log.warn('An action was called from elsewhere')
      forbidden()
    }
    const who = await identify()
    const input = parseActionInput(schema, form)
    return input.kind === 'parsed' ? run(who, input.value) : { ...input, typed: typedInto(schema, form) }
  }

  async function action(...call: readonly unknown[]): Promise<Result | ActionRefusal> {
    const isPlainForm = call.length < 2
    try {
      const result = await withOrigin(requestClient(await headers()), () => act(call.at(-1)))
      if (isPlainForm && isRefusal(result, 'invalid')) notFound()
      return result
    } catch (error) {
      unstable_rethrow(error)
      const reference = randomUUID()
      log.error('An action failed', { requestId: reference, error })
      // Without the cause: whatever an error carries, Next would print it.
      if (isPlainForm) throw new Error(`An action failed; reference ${reference}`)
      return { kind: 'failed', reference }
    }
  }
  return action as FormAction<Result>
}

/** The texts in the fields that a form has, as far as there is one form and one text a field. */
function typedInto(schema: z.ZodObject, form: unknown): Record<string, string> {
  if (!(form instanceof FormData)) return {}
  const texts = Object.keys(schema.shape).map((name) => [name, form.get(name)] as const)
  return Object.fromEntries(texts.filter((pair): pair is [string, string] => typeof pair[1] === 'string'))
}

const isRefusal = (result: unknown, kind: ActionRefusal['kind']) => (result as ActionRefusal | undefined)?.kind === kind
