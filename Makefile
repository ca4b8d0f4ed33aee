# make run    the tour: real requests through policy into the log, on an embedded PostgreSQL
# make install       builds for use, and installs below PREFIX: /usr/local for root, else ~/.local
# make test   all tests, each run on private servers of its own: against an optimised build, and the pure modules unoptimised too
# make fuzz   100,000 generated inputs for each parser, each route and both verifiers of evidence
# make prove  the comparison of policies on 10,000 generated pairs beside sampled facts, on 500 beside z3, and the time that it takes
# make sanitize      the pure modules and the client of PostgreSQL under the address and the thread sanitizer
# make bench  ratios to a baseline measured in the same run
# make screenshots   takes pictures of the console's main pages, into docs/screenshots
# make check-api     holds a running server against its OpenAPI document with tools from outside, and generates clients of it
# make format formats Swift sources in place
# make clean  removes what was built

SHELL := /bin/bash
SWIFT ?= swift
# Package.swift asks the environment (DEVICE_SHARING_TESTABLE, DEVICE_SHARING_MODULES), of which a plan that was kept from the
# build before knows nothing.
PLANNED := --disable-build-manifest-caching

# The program stands in a folder of its own with the files that it reads; what is in bin only starts it there.
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)
PROGRAM := $(abspath $(PREFIX))/libexec/devshare

# One release build serves for all: the tests look inside of what is installed and measured.
install bench fuzz prove check-api: export DEVICE_SHARING_TESTABLE := 1

.PHONY: run install installed-program test fuzz prove sanitize bench screenshots check-api format clean dependencies

run: dependencies
	$(SWIFT) run $(PLANNED) devshare demo

install: dependencies
	$(SWIFT) build -c release --product devshare $(PLANNED)
	@set -e; built="$$($(SWIFT) build -c release --show-bin-path)"; \
	mkdir -p "$(DESTDIR)$(PROGRAM)" "$(DESTDIR)$(abspath $(PREFIX))/bin"; \
	for module in BundledFiles Phrases SharingConsole; do \
		for folder in "$$built"/device-sharing_$$module.{resources,bundle}; do \
			[ -d "$$folder" ] || continue; \
			rm -rf "$(DESTDIR)$(PROGRAM)/$$(basename "$$folder")"; \
			cp -R "$$folder" "$(DESTDIR)$(PROGRAM)/"; \
		done; \
	done; \
	install -m 755 "$$built/devshare" "$(DESTDIR)$(PROGRAM)/devshare"; \
	starter="$(DESTDIR)$(abspath $(PREFIX))/bin/devshare"; \
	rm -f "$$starter"; \
	printf '#!/bin/sh\nexec "%s" "$$@"\n' "$(PROGRAM)/devshare" >"$$starter"; \
	chmod 755 "$$starter"; \
	echo "installed $$starter"

test: dependencies
	@./.ci/dependencies chromium openssl prometheus
	@Tests/run

# The program as `make install` leaves it, for the tests to walk. It is built again where something that it is made of changed.
INSTALLED := .build/installed
installed-program: $(INSTALLED)/bin/devshare
$(INSTALLED)/bin/devshare: Package.swift Makefile $(shell find Sources Schema Policies -type f)
	@$(MAKE) --no-print-directory install PREFIX="$(CURDIR)/$(INSTALLED)"
	@touch $@

# 100,000 generated inputs for each parser and each route, in place of the 3,000 of the tests.
fuzz: dependencies
	$(SWIFT) build -c release --build-tests $(PLANNED)
	DEVSHARE_FUZZ_INPUTS=100000 $(SWIFT) test -c release --skip-build $(PLANNED) --no-parallel \
		--filter '(PolicyFuzzTests|ComparisonFuzzTests|EvidenceFuzzTests|VerifierAgreementTests|FileFuzzTests|RequestFuzzTests)'

# What `policy diff` says, held against what others say; each test prints its figures. The bundled policy is compared with all of its
# mutants.
prove: dependencies
	$(SWIFT) build -c release --build-tests $(PLANNED)
	Z3="$$(.ci/z3)" DEVSHARE_SOLVER_PAIRS=500 DEVSHARE_FUZZ_INPUTS=100000 $(SWIFT) test -c release --skip-build $(PLANNED) --no-parallel \
		--filter '^PolicyProofTests\.(ComparisonFuzzTests/sound|SolverAgreementTests|ComparisonCostTests)'

# The pure modules and the client of PostgreSQL, each memory access and each access from two threads watched. The client goes by
# itself, since its servers do not start beside what only computes. Left out are tests of time and PolicyProof's, which search for
# minutes where nothing is optimised. Locals stay on the real stack, whose depth our parsers measure; what leaks is of XCTest and
# of Foundation, which keeps every process that was started.
sanitize: export ASAN_OPTIONS := detect_stack_use_after_return=0:detect_leaks=0
sanitize: export DEVICE_SHARING_MODULES := pure
sanitize: dependencies
	@set -e; for sanitizer in address thread; do \
		options="$(PLANNED) --sanitize=$$sanitizer -Xswiftc -DSANITIZED --scratch-path .build-$$sanitizer"; \
		$(SWIFT) build --build-tests $$options; \
		$(SWIFT) test --skip-build $$options --filter '^PostgreSQLTests\.'; \
		$(SWIFT) test --skip-build $$options --skip PostgreSQLTests --skip PolicyProofTests --skip HostilePolicyTests; \
	done

bench: dependencies
	@./.ci/dependencies wrk
	$(SWIFT) build -c release --product devshare $(PLANNED)
	$(SWIFT) run -c release $(PLANNED) devshare-bench $(BENCH)

screenshots: dependencies
	@./.ci/dependencies chromium
	$(SWIFT) build --build-tests $(PLANNED)
	SCREENSHOTS="$(CURDIR)/docs/screenshots" $(SWIFT) test --skip-build --filter '^ConsoleTests\.ScreenshotTests'

check-api: dependencies
	@./.ci/dependencies prometheus python3-venv java typescript
	$(SWIFT) build -c release --product devshare $(PLANNED)
	Tests/API/check

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	$(SWIFT) package clean
	rm -rf .build .build-address .build-thread

# Installs what a fresh machine lacks, and says so.
dependencies:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.1 or newer is needed: https://www.swift.org/install"; exit 1; }
	@./.ci/dependencies
