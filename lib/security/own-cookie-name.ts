// What every cookie of this application is called. With https it carries `__Host-` (RFC 6265bis §4.1.3.2), which no other
// host and no plain-text answer can set. Browsers share a host's cookies among its ports, so on the loopback, where more
// than one thing runs, the name carries the port: two demos are two sign-ins.

const LOOPBACK = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/

/** `ownCookieName('http://localhost:3000', 'session')` is `pd.3000.session`. */
export function ownCookieName(appOrigin: string, name: string): string {
  const { protocol, hostname, port } = new URL(appOrigin)
  const place = LOOPBACK.test(hostname) && port ? `pd.${port}` : 'pd'
  return `${protocol === 'https:' ? '__Host-' : ''}${place}.${name}`
}
