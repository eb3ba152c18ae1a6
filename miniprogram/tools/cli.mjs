// Runs a tool: prints one line on success, or the error and exit status 1.

/** @param {string} name @param {() => Promise<string> | string} run It returns the line to print. */
export async function runTool(name, run) {
  const started = performance.now()
  try {
    const done = await run()
    console.log(`${name}: ${done} (${Math.round(performance.now() - started)} ms)`)
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
