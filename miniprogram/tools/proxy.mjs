// A server for work on the pages: dist-web under /app as it is on the disk, everything else from a kaimen server.
//   node tools/proxy.mjs [--port 8090] [--to http://127.0.0.1:8080]
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './project.mjs'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8090' }, to: { type: 'string', default: 'http://127.0.0.1:8080' } },
})
const folder = path.join(root, 'dist-web')

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
// as the server sends it, so that what it forbids is found here
const CSP = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'self'"

/** @param {string} pathname @param {http.ServerResponse} response */
function answerFile(pathname, response) {
  const name = pathname.replace(/^\/app\/?/, '') || 'index.html'
  const file = path.join(folder, path.normalize(name))
  if (!file.startsWith(folder) || !fs.existsSync(file)) return response.writeHead(404).end()
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP, 'cache-control': 'no-store' })
  fs.createReadStream(file).pipe(response)
}

/** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
function pass(request, response) {
  const target = new URL(request.url ?? '/', values.to)
  const options = { method: request.method, headers: { ...request.headers, host: target.host } }
  const onward = http.request(target, options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.writeHead(502).end())
  request.pipe(onward)
}

http
  .createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/app' || pathname.startsWith('/app/')) answerFile(pathname, response)
    else pass(request, response)
  })
  .listen(Number(values.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${values.port}/app → ${values.to}`))
