import { z } from 'zod'

const LIMIT = 80

/** What people may call a workspace: one line of 1 to 80 characters, without those that cannot be seen. */
export const workspaceName = z
  .string()
  .transform((name) => name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim())
  .refine((name) => name.length > 0, 'Give it a name.')
  .refine((name) => Array.from(name).length <= LIMIT, `Use at most ${LIMIT} characters.`)
