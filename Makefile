# What a person types. Each line calls a script in deploy/, where the work and the reasons are.
.DEFAULT_GOAL := help
.PHONY: help up down reset status test lint format build sanitize fuzz bench simulate

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r what does; do printf '%-14s %s\n' "$$what" "$$does"; done

up: ## Install what is missing, build, and run Causeway with a demo on 127.0.0.1:8080
	@deploy/up.sh

down: ## Stop what `make up` started; the data stays
	@deploy/down.sh

reset: ## Stop and delete the demo's data and keys (asks first; YES=1 does not ask)
	@deploy/reset.sh

status: ## What runs, and where
	@deploy/status.sh

test: ## Everything that is tested, on databases and ports of its own; ONLY=stage for a part
	@deploy/test.sh

lint: ## Is the code formatted, and within the style's rules
	@swift format lint --strict --recursive --parallel Sources Tests Package.swift

format: ## Format the code
	@swift format --in-place --recursive --parallel Sources Tests Package.swift

build: ## An optimised build with Swift's library inside, as the container image has it
	@deploy/build.sh

sanitize: ## Unit tests under the thread and the address sanitizer
	@deploy/sanitize.sh

fuzz: ## Fuzz the HTTP parser for SECONDS (60)
	@deploy/fuzz.sh $(or $(SECONDS),60)

bench: ## Measure against nginx and pgbench, and write docs/performance.md
	@deploy/bench.sh

simulate: ## Judge adaptive routing in simulated worlds, and write what it came to in docs
	@deploy/simulate.sh
