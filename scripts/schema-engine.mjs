#!/usr/bin/env node
// Prisma's CLI drives a native "schema-engine" binary over JSON-RPC, and downloads it on first use.
// This speaks the same protocol with the WebAssembly build of that engine, which npm ships.
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'
import { parse } from 'pg-connection-string'
import { Client } from '../lib/pg-client.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    datamodels: { type: 'string', multiple: true },
    datasource: { type: 'string' },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
    version: { type: 'boolean' },
  },
})
const url = values.datasource ? JSON.parse(values.datasource).url : undefined

// Discrete settings, never a connection string: pg would let the string win over `database`,
// and the shadow database is chosen by overriding `database`.
const settings = (database) => ({ ...parse(url), ...(database && { database }), max: 1 })

class EngineAdapterFactory extends PrismaPg {
  constructor(database) {
    // Migrations name tables without a schema, and a role or a database may set another path. The connection is direct.
    super({ ...settings(database), Client, onConnect: (client) => client.query('SET search_path TO public') })
  }

  async connect() {
    const connection = await super.connect()
    // The stock method splits on every ';', which breaks function bodies and string literals;
    // one simple query runs the file in one implicit transaction, as the native engine does.
    connection.executeScript = async (script) => {
      await connection
        .underlyingDriver()
        .query(script)
        .catch((error) => connection.onError(error))
    }
    // Catalog queries return the internal "char" type (oid 18), which the adapter does not map.
    const { queryRaw } = connection
    connection.queryRaw = async (query) => {
      const chars = []
      const performIO = async (statement) => {
        const result = await connection.performIO(statement)
        result.fields.forEach((field, index) => {
          if (field.dataTypeID !== 18) return
          field.dataTypeID = 25
          chars.push(index)
        })
        return result
      }
      const result = await queryRaw.call(Object.assign(Object.create(connection), { performIO }), query)
      for (const index of chars) result.columnTypes[index] = ColumnTypeEnum.Character
      return result
    }
    return connection
  }

  async connectToShadowDb() {
    // The stock method drops the database while its own pool is still connected to it.
    const main = await this.connect()
    const name = `prisma_migrate_shadow_db_${randomUUID()}`
    await main.executeScript(`CREATE DATABASE "${name}"`)
    const shadow = await new EngineAdapterFactory(name).connect()
    const dispose = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await dispose()
      await main.executeScript(`DROP DATABASE "${name}" WITH (FORCE)`)
      await main.dispose()
    }
    return shadow
  }
}

async function query(database, sql) {
  const client = new Client(settings(database))
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
const quoted = () => pg.escapeIdentifier(settings().database)
const commands = {
  'can-connect-to-database': () => query(undefined, 'SELECT 1'),
  'create-database': () => query('postgres', `CREATE DATABASE ${quoted()}`),
  'drop-database': () => query('postgres', `DROP DATABASE ${quoted()}`),
}

async function loadEngine() {
  const wasm = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm')
  const { instance } = await WebAssembly.instantiate(await readFile(wasm), { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const datamodels =
    values.datamodels &&
    (await Promise.all(values.datamodels.map(async (file) => [file, await readFile(file, 'utf8')])))
  const factory = bindMigrationAwareSqlAdapterFactory(new EngineAdapterFactory())
  return glue.SchemaEngine.new({ datamodels }, () => {}, factory)
}

// A panic surfaces as an exception outside any promise, so without this the CLI would hear nothing
// and report success.
let panic = ''
let current
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message: (message) => {
    panic = message
  },
}
process.on('uncaughtException', (error) => {
  fail(current, error)
  process.exitCode = 1
  process.stdin.destroy()
})

let engine
async function call(method, params) {
  if (method === 'createDatabase') {
    await commands['create-database']()
    return { databaseName: settings().database }
  }
  engine ??= await loadEngine()
  return engine[method === 'getDatabaseVersion' ? 'version' : method](params)
}

function fail(id, error) {
  const message = panic || error.message
  const data = {
    is_panic: panic !== '',
    message,
    error: { message },
    error_code: error.code ?? null,
    meta: error.meta ?? {},
  }
  send({ id, error: { code: 4466, message, data } })
}

// The CLI is gone. An uncaught exception would be answered to it, and fail in the same way for ever.
process.stdout.on('error', () => process.exit(1))

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

if (values.version) {
  console.log('schema-engine-wasm')
} else if (positionals[0] === 'cli') {
  try {
    await commands[positionals[1]]()
  } catch (error) {
    const error_code = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000' }[error.code] ?? 'P1001'
    const fields = { message: error.message || error.code, error_code }
    process.stderr.write(`\n${JSON.stringify({ level: 'ERROR', target: 'schema_engine::logger', fields })}`)
    process.exitCode = 1
  }
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    if (!method) continue // the CLI's reply to a print
    current = id
    try {
      const result = await call(method, params)
      if (result?.stdout != null) send({ id: `print-${id}`, method: 'print', params: { content: result.stdout } })
      send({ id, result: result ?? null })
    } catch (error) {
      fail(id, error)
    }
  }
  process.exit()
}
