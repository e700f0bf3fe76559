# Everything a fresh Debian 12 machine with git, make and Swift 6.3 needs to build, serve and test ClickClack.

SHELL := /bin/bash
.DELETE_ON_ERROR:

WEB_PACKAGES := nodejs esbuild node-typescript node-react node-react-dom node-csstype node-prop-types node-marked \
  node-dompurify node-highlight.js
BUILD_PACKAGES := libuv1-dev libsqlite3-dev libssl-dev libargon2-dev zlib1g-dev libcurl4-openssl-dev \
  pkg-config $(WEB_PACKAGES)
# A browser, a mail server, what signs the tokens of an identity provider, and the shells and the checker of manual pages for which the program prints something.
TEST_PACKAGES := python3-venv chromium fonts-noto-color-emoji python3-aiosmtpd python3-jwcrypto openssl zsh fish mandoc bsdutils
BENCH_PACKAGES := gcc libc6-dev nodejs node-ws nginx libnginx-mod-nchan
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STAMP := Sources/WebClient/include/version_stamp.h
RELEASE := -c release --static-swift-stdlib

BROWSER := Tests/Browser

.PHONY: help deps test-deps bench-deps stamp web build serve test test-web crash fuzz lint format bench clean

help:
	@echo "make serve   install what is missing, build, and serve on http://localhost:8080"
	@echo "make test    install what is missing, build, and run every test"
	@echo "make build   leave the release binary at .build/release/clickclack"
	@echo "make web     check and bundle the web client; make test-web runs its tests"
	@echo "make crash   kill the server 500 times under load and look for what is lost (takes some minutes)"
	@echo "make fuzz    feed every parser hostile input, FUZZ_RUNS times each (takes some minutes)"
	@echo "make bench   measure the server beside its peers (takes some minutes)"
	@echo "make lint    check the formatting; make format repairs it"

# Installs only what dpkg does not know yet, so that a second run needs no network.
define install
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -q '^installed$$' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  run=""; [ "$$(id -u)" = 0 ] || run="sudo"; \
	  $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi
endef

deps:
	$(call install,$(BUILD_PACKAGES))

test-deps: deps
	$(call install,$(TEST_PACKAGES))

bench-deps: deps
	$(call install,$(BENCH_PACKAGES))

# Written only when it changes, so that an unchanged version rebuilds nothing.
stamp:
	@printf '#define CLICKCLACK_VERSION "%s"\n' '$(VERSION)' > $(STAMP).new; \
	if cmp -s $(STAMP).new $(STAMP); then rm $(STAMP).new; else mv $(STAMP).new $(STAMP); fi

# Type-checks and bundles Web/src into Web/build, which Sources/WebClient embeds. Does nothing when nothing changed.
web: deps
	@node Web/scripts/build.mjs
	@# The compiler's own bookkeeping does not know the files that #embed takes in.
	@[ Web/build/assets.inc -ot Sources/WebClient/assets.c ] || touch Sources/WebClient/assets.c

build: deps stamp web
	swift build $(RELEASE) --product clickclack

serve: build
	.build/release/clickclack serve --dev-bootstrap=true

test: test-deps stamp web
	swift build --build-tests
	swift test --skip-build
	$(MAKE) fuzz FUZZ_RUNS=3000
	$(MAKE) test-web

# The client's unit tests, then browsers against a real server.
test-web: test-deps stamp web $(BROWSER)/.venv/installed
	node Web/scripts/test.mjs
	swift build --product clickclack
	$(BROWSER)/.venv/bin/python -m unittest discover --start-directory $(BROWSER) --top-level-directory $(BROWSER) --verbose

$(BROWSER)/.venv/installed: $(BROWSER)/requirements.txt | test-deps
	python3 -m venv $(BROWSER)/.venv
	$(BROWSER)/.venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# Kills the server CRASH_ROUNDS times, and half as often takes its power; CRASH_SEED=n repeats a run.
crash: CRASH_ROUNDS ?= 500
crash: deps stamp web
	swift build --build-tests
	CRASH_ROUNDS=$(CRASH_ROUNDS) swift test --skip-build --filter EndToEnd.Crash

# Inputs for each target of Tests/Fuzz/Targets; Tests/Fuzz/run says how to run one alone, or one input again.
fuzz: FUZZ_RUNS ?= 200000
fuzz: deps
	Tests/Fuzz/run all -runs=$(FUZZ_RUNS)

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

bench: bench-deps build
	Benchmarks/peers/run

clean:
	rm -rf .build $(STAMP) Web/build $(BROWSER)/.venv $(BROWSER)/output
