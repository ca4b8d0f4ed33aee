# make run    the tour: real requests through policy into the log, on an embedded PostgreSQL
# make install       builds for use, and installs below PREFIX: /usr/local for root, else ~/.local
# make test   all tests, each run on private servers of its own
# make bench  ratios to a baseline measured in the same run
# make screenshots   takes pictures of the console's main pages, into docs/screenshots
# make check-api     holds a running server against its OpenAPI document with tools from outside
# make format formats Swift sources in place
# make clean  removes what was built

SHELL := /bin/bash
SWIFT ?= swift

# The program stands in a folder of its own with the files that it reads; what is in bin only starts it there.
PREFIX ?= $(if $(filter 0,$(shell id -u)),/usr/local,$(HOME)/.local)
PROGRAM := $(abspath $(PREFIX))/libexec/devshare

.PHONY: run install test bench screenshots check-api format clean dependencies

run: dependencies
	$(SWIFT) run devshare demo

install: dependencies
	$(SWIFT) build -c release --product devshare
	@set -e; built="$$($(SWIFT) build -c release --show-bin-path)"; \
	mkdir -p "$(DESTDIR)$(PROGRAM)" "$(DESTDIR)$(abspath $(PREFIX))/bin"; \
	for module in BundledFiles SharingServer; do \
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

# What only computes goes first and by itself, so that tests against a clock are not starved by it.
test: dependencies
	@./.ci/dependencies chromium
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter '^(CanonicalTests|CELTests|EligibilityPolicyTests|DeviceSharingTests|TransparencyTests|StandardWebhooksTests|OpenMetricsTests)\.'
	$(SWIFT) test --skip-build --filter '^(PostgreSQLTests|EmbeddedPostgresTests|EventLogTests)\.'
	$(SWIFT) test --skip-build --filter '^SharingEngineTests\.'
	$(SWIFT) test --skip-build --filter '^(WebhookDeliveryTests|RemoteWitnessTests)\.'
	$(SWIFT) test --skip-build --filter '^SharingServerTests\.'
	$(SWIFT) test --skip-build --filter '^DevshareTests\.'
	AXE="$$(.ci/axe)" $(SWIFT) test --skip-build --filter '^ConsoleTests\.'

bench: dependencies
	@./.ci/dependencies wrk
	$(SWIFT) build -c release --product devshare
	$(SWIFT) run -c release devshare-bench $(BENCH)

screenshots: dependencies
	@./.ci/dependencies chromium
	$(SWIFT) build --build-tests
	SCREENSHOTS="$(CURDIR)/docs/screenshots" $(SWIFT) test --skip-build --filter '^ConsoleTests\.ScreenshotTests'

check-api: dependencies
	@./.ci/dependencies prometheus python3-venv
	$(SWIFT) build -c release --product devshare
	Tests/API/check

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	$(SWIFT) package clean
	rm -rf .build

# Installs what a fresh machine lacks, and says so.
dependencies:
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.1 or newer is needed: https://www.swift.org/install"; exit 1; }
	@./.ci/dependencies
