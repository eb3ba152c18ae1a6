import { defineConfig } from 'vitest/config'

// one browser and one server at a time: two cores
export default defineConfig({
  test: {
    environment: 'node',
    include: [process.env.SPEED ? 'e2e/**/*.speed.ts' : 'e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
})
