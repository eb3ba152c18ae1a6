# Thin: every target is one command or one script.
.DEFAULT_GOAL := help
.PHONY: help run watch dev dev-down t test check hooks bench openapi pictures clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and serve on http://127.0.0.1:8080
	@scripts/run.sh

watch: ## the same, and restart when a source changes; ARGS="…" is passed to the server
	@scripts/watch.sh $(ARGS)

dev: ## start private databases in target/dev for the tests; prints their environment
	@scripts/dev.sh up

dev-down: ## stop them
	@scripts/dev.sh down

t: ## the tests of one crate: F=door, F="cards tests" T=part_of_a_name
	@scripts/t.sh "$(F)" "$(T)"

test: ## all checks, as CI runs them
	@scripts/test.sh

check: ## static checks: format, lints, dependencies, scripts
	@scripts/check.sh

hooks: ## check staged files before every commit
	git config core.hooksPath scripts/hooks

bench: ## benchmarks against durable databases; ARGS="…" is passed to the benchmark
	@scripts/bench.sh $(ARGS)

openapi: ## write openapi.yaml from the code
	cargo run -q -p server -- openapi > openapi.yaml.new && mv openapi.yaml.new openapi.yaml

pictures: ## make docs/pictures from target/screenshots, written by `make test`
	@scripts/pictures.sh

clean: dev-down ## remove build results
	cargo clean
