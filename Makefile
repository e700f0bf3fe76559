# Everything a fresh Debian 12 machine with git, make and Swift 6.3 needs to build, serve and test ClickClack.

SHELL := /bin/bash
.DELETE_ON_ERROR:

WEB_PACKAGES := nodejs esbuild node-typescript node-react node-react-dom node-csstype node-prop-types node-marked \
  node-dompurify node-highlight.js unicode-data
BUILD_PACKAGES := libuv1-dev libsqlite3-dev libssl-dev libargon2-dev zlib1g-dev libcurl4-openssl-dev \
  pkg-config $(WEB_PACKAGES)
# A browser, a mail server, what signs the tokens of an identity provider, the shells and the checker of manual pages for
# which the program prints something, and the proxies that hostile requests pass.
TEST_PACKAGES := python3-venv chromium fonts-noto-color-emoji python3-aiosmtpd python3-jwcrypto openssl zsh fish mandoc bsdutils \
  util-linux nginx caddy
# What the server is deployed with, behind and inside of.
DEPLOY_PACKAGES := python3-venv curl openssl nginx caddy prometheus lintian dpkg-dev debootstrap systemd adduser \
  binutils util-linux init-system-helpers iproute2 procps strace docker-compose \
  jq node-ws bsdutils mandoc
BENCH_PACKAGES := gcc libc6-dev nodejs node-ws nginx libnginx-mod-nchan
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STAMP := Sources/WebClient/include/version_stamp.h
# What a Debian package has as a static library is part of the program; the linker searches this directory first.
STATIC := $(CURDIR)/.build/static
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xlinker -L$(STATIC)
DIST := dist

BROWSER := Tests/Browser
DEPLOY := Tests/Deploy

.PHONY: help deps test-deps deploy-deps bench-deps stamp static web build release serve test test-web test-tsan \
  test-asan test-deploy crash fuzz overload lint format bench soak clean

help:
	@echo "make serve   install what is missing, build, and serve on http://localhost:8080"
	@echo "make test    install what is missing, build, and run every test"
	@echo "make build   leave the release binary at .build/release/clickclack"
	@echo "make release make an archive and a Debian package in dist/"
	@echo "make web     check and bundle the web client; make test-web runs its tests"
	@echo "make test-tsan and make test-asan   run every test of the server under a sanitizer (takes half an hour each)"
	@echo "make crash   kill the server 500 times under load and look for what is lost (takes some minutes)"
	@echo "make fuzz    feed every parser hostile input, FUZZ_RUNS times each, from FUZZ_SEED (takes some minutes)"
	@echo "make overload  send the release binary ten thousand slow readers, floods and hostile input (takes some minutes)"
	@echo "make test-deploy  test packages, proxies, containers and monitoring with the real programs (as root)"
	@echo "make bench   measure the server beside its peers (takes some minutes)"
	@echo "make soak    load the server for SOAK_SECONDS (an hour) and see whether anything grows or goes missing"
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

deploy-deps: deps
	$(call install,$(DEPLOY_PACKAGES))

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

static: deps
	@sh deploy/package/static-libraries.sh $(STATIC)

build: deps stamp web build-clickclack

# Any product with the same flags: others would build everything anew.
build-%: static
	PKG_CONFIG_PATH=$(STATIC) swift build $(RELEASE) --product $*

# The program without symbols, an archive with a checksum, and a Debian package.
release: build deploy-deps
	rm -rf $(DIST)
	mkdir -p $(DIST)
	strip --strip-all -o $(DIST)/clickclack .build/release/clickclack
	sh deploy/package/archive.sh $(DIST)/clickclack $(VERSION) $(DIST)
	sh deploy/package/deb.sh $(DIST)/clickclack $(VERSION) $(DIST)
	@ls -l $(DIST)

serve: build
	.build/release/clickclack serve --dev-bootstrap=true

test: test-deps stamp web
	swift build --build-tests
	swift test --skip-build
	$(MAKE) fuzz FUZZ_RUNS=5000
	$(MAKE) test-web

# Every test of the server, and the servers they start, under ThreadSanitizer or Address- and LeakSanitizer.
test-tsan: test-deps stamp web
	Tests/Sanitizers/run thread

test-asan: test-deps stamp web
	Tests/Sanitizers/run address

# The client's unit tests, then browsers against a real server.
test-web: test-deps stamp web $(BROWSER)/.venv/installed
	node Web/scripts/test.mjs
	swift build --product clickclack
	$(BROWSER)/.venv/bin/python -m unittest discover --start-directory $(BROWSER) --top-level-directory $(BROWSER) --verbose

$(BROWSER)/.venv/installed: $(BROWSER)/requirements.txt | test-deps
	python3 -m venv $(BROWSER)/.venv
	$(BROWSER)/.venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# Packages, proxies, root file systems, manifests and alerts, each with the real program that reads it.
test-deploy: release $(DEPLOY)/.venv/installed
	DEPLOY_BINARY=$(CURDIR)/$(DIST)/clickclack $(DEPLOY)/.venv/bin/python -W ignore::ResourceWarning -m unittest discover \
	  --start-directory $(DEPLOY) --top-level-directory $(DEPLOY) --verbose

$(DEPLOY)/.venv/installed: $(DEPLOY)/requirements.txt | deploy-deps
	python3 -m venv $(DEPLOY)/.venv
	$(DEPLOY)/.venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# Kills the server CRASH_ROUNDS times, and half as often takes its power; CRASH_SEED=n repeats a run.
crash: CRASH_ROUNDS ?= 500
crash: deps stamp web
	swift build --build-tests
	CRASH_ROUNDS=$(CRASH_ROUNDS) swift test --skip-build --filter EndToEnd.Crash

# Inputs for each target of Tests/Fuzz/Targets; FUZZ_SEED=n repeats a run. Tests/Fuzz/run says how to run one alone, or one
# input again.
fuzz: FUZZ_RUNS ?= 200000
fuzz: deps
	FUZZ_SEED="$(FUZZ_SEED)" Tests/Fuzz/run all -runs=$(FUZZ_RUNS)

# Overloads the release binary with OVERLOAD_CONNECTIONS clients, for which the limit of open files must have room twice.
overload: OVERLOAD_CONNECTIONS ?= 10000
overload: build test-deps
	swift build --build-tests
	OVERLOAD_CONNECTIONS=$(OVERLOAD_CONNECTIONS) CLICKCLACK_BINARY=$(CURDIR)/.build/release/clickclack \
	  swift test --skip-build --filter 'EndToEnd.*(Overload|Hostile|SlowConsumer)'

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

bench: bench-deps build
	Benchmarks/peers/run

# SOAK_OPTIONS='--clients 2000 -- --load 0.5' passes options on to Benchmarks/soak.
soak: SOAK_SECONDS ?= 3600
soak: bench-deps build build-Benchmarks
	Benchmarks/soak --seconds $(SOAK_SECONDS) $(SOAK_OPTIONS)

clean:
	rm -rf .build $(STAMP) Web/build $(DIST) $(BROWSER)/.venv $(BROWSER)/output $(DEPLOY)/.venv
