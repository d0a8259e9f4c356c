// Builds what web serves, unless that has been done: a step of `npm test`, as a process that may fail.
import { ensureBuilt } from './prepare.mjs'

ensureBuilt()
