# Seastack. The two commands that a newcomer needs: make up, make test.
.DEFAULT_GOAL := help

# The binary that `go tool seastack` runs, built where it must be. It is not run
# by the go command, which exits with 0 when the tool that it runs is killed.
SEASTACK = seastack=$$(go tool -n seastack) && "$$seastack"

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: up
up: ## Bring the whole monolith up on this machine
	@$(SEASTACK) up

.PHONY: down
down: ## Stop what up has started
	@$(SEASTACK) down

.PHONY: status
status: ## Show what runs, and where
	@$(SEASTACK) status

.PHONY: demo
demo: ## Fill what up has brought up with a month of data
	@go run ./tools/demo

.PHONY: generate
generate: ## Write entrypoints, Terraform and zips from the annotations
	go generate ./...

.PHONY: fmt
fmt: ## Format Go and Terraform
	gofmt -w $$(git ls-files '*.go')
	terraform fmt -recursive terraform

# The linters' versions are pinned here, so that they are no requirement of a
# module that uses this one.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
DEADCODE = golang.org/x/tools/cmd/deadcode@v0.52.0

.PHONY: lint
lint: ## Check the code with vet, staticcheck, deadcode and seastack lint
	go vet ./...
	go run $(STATICCHECK) ./...
	@$(SEASTACK) lint
	@dead=$$(go run $(DEADCODE) -test ./...) && test -z "$$dead" || { echo "$$dead"; exit 1; }

# With BASE=REV, make test runs the tests that can come out differently since REV.
BASE ?=

# The longest packages come first, so that none of them is left for the end, when the
# other processors have nothing to do. vet has run already, and tests need no symbol
# table: linking without takes a quarter less.
LONGEST = ./tools/seastack ./terraform/test ./tools/change ./tools/artifact ./tools/localcloud
TESTFLAGS = -vet=off -ldflags=-s -timeout 60m

.PHONY: test
test: ## Run every test, real deployments to the local cloud among them
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo "run: gofmt -w on these files"; exit 1; }
	go vet ./...
	$(SEASTACK) generate --check
	@if test -n "$(BASE)"; then $(SEASTACK) test --base "$(BASE)" -- $(TESTFLAGS); else go test $(TESTFLAGS) $(LONGEST) ./...; fi

.PHONY: bench
bench: ## Run the benchmarks (docs/benchmarks.md)
	go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./tools/... ./gen/...
