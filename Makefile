# Lorikeet. Every target sets the machine up first; on one that is set up already this takes about a second.

.DEFAULT_GOAL := help

.PHONY: help setup demo test interop release bench-memory bench-rpc bench-engine check-generated clean

help: ## Shows the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs what the build needs (Debian packages, libtorch, the CLIP vocabulary).
	@scripts/setup.sh

release: setup ## Builds the service, the backend and the command-line client.
	@scripts/build.sh release lorikeetd lorikeet-backend lorikeet

demo: release ## Trains a LoRA on the bundled photos and samples from it.
	@scripts/demo.sh

test: ## Runs every test, the foreign clients' included.
	@scripts/setup.sh --tests
	@scripts/test.sh

interop: ## Runs gRPC's interoperability suite against its Python and C++ ends, also through nginx and HAProxy.
	@scripts/setup.sh --interop
	@scripts/interop.sh

bench-memory: release ## Measures the memory of the service, idle and under a 2 GB file.
	@scripts/bench-memory.sh

bench-rpc: ## Measures the RPC runtime beside gRPC C++, grpc-swift-2 and nghttpd.
	@scripts/bench-rpc.sh

bench-engine: setup ## Measures the engine beside diffusers + PEFT.
	@scripts/bench-engine.sh

check-generated: setup ## Generates the protobuf code anew and compares it with what is committed.
	@Protos/generate.sh
	@test -z "$$(git status --porcelain -- Protos Sources Tests)" || { git status --short -- Protos Sources Tests; exit 1; }

clean: ## Removes build products; what set-up fetched stays.
	rm -rf .build demo-output
