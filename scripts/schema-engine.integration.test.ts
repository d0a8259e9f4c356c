import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'

const ENGINE = 'scripts/schema-engine.mjs'

describe('the schema engine', () => {
  it('ends when the one who reads its answers has gone', async () => {
    const engine = spawn(process.execPath, [ENGINE, '--datasource', '{"url":"postgresql://127.0.0.1:1/x"}'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    const ended = once(engine, 'exit')
    engine.stdin.on('error', () => undefined)
    engine.stdout.destroy()
    engine.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'noSuchMethod', params: {} })}\n`)
    onTestFinished(() => void engine.kill('SIGKILL'))
    expect((await ended)[0]).toBe(1)
  })

  it('is never given a password as an argument, which everyone on the machine could read', async () => {
    // A server that says nothing, so that the engine waits for as long as it is looked at.
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    const asked = once(silent, 'connection')
    const cli = spawn(process.execPath, ['node_modules/prisma/build/index.js', 'migrate', 'deploy'], {
      env: { ...process.env, DATABASE_DIRECT_URL: `postgresql://owner:sent%40nel-password@127.0.0.1:${port}/x` },
      stdio: 'ignore',
      detached: true,
    })
    const [socket] = await asked
    const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    process.kill(-Number(cli.pid), 'SIGKILL')
    socket.destroy()
    silent.close()
    const engines = stdout.split('\n').filter((line) => line.includes(`127.0.0.1:${port}`))
    expect(engines.some((line) => line.includes(ENGINE))).toBe(true)
    expect(engines.filter((line) => /sent(%40|@)nel/.test(line))).toEqual([])
  })
})
