// openapi.yaml to src/api/schema.d.ts. With --check nothing is written: it fails when the file is not what it would be.
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import openapiTS, { astToString } from 'openapi-typescript'
import { runTool } from './cli.mjs'
import { root, src } from './project.mjs'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const document = path.resolve(root, '../openapi.yaml')
const target = path.join(src, 'api/schema.d.ts')

await runTool('api', async () => {
  const text = `// Made from openapi.yaml by tools/api.mjs.\n\n${astToString(await openapiTS(pathToFileURL(document)))}`
  const name = path.relative(root, target)
  const current = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : ''
  if (!values.check) {
    fs.writeFileSync(target, text)
    return `${name} written`
  }
  if (current !== text) throw new Error(`${name} is not what openapi.yaml says: run npm run api`)
  return `${name} is what openapi.yaml says`
})
