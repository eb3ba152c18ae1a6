# Thin: every target is one command or one script.
.DEFAULT_GOAL := help
.PHONY: help run test check bench openapi clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and serve on http://127.0.0.1:8080
	@scripts/run.sh

test: ## everything that must be green (what CI runs)
	@scripts/test.sh

check: ## quick look: format, lints, dependencies
	@scripts/check.sh

bench: ## benchmarks against durable databases; ARGS="…" goes to the benchmark
	@scripts/bench.sh $(ARGS)

openapi: ## write openapi.yaml from the code
	cargo run -q -p server -- openapi > openapi.yaml.new && mv openapi.yaml.new openapi.yaml

clean: ## remove what was built
	cargo clean
