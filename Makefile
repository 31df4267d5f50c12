# cimstream: build, checks, installation. `make help` lists the targets, docs/hacking.md explains them.
#
#   make                    build/cimstreamd and build/cimstream
#   make SAN=address unit   the same target in another variant: address (with undefined), thread, coverage, fuzzer
#   make V=1                show the commands
#
# Sources are found by rule, no list names a file: cim/*/*.c, server/*/*.c, providers/*.c, tests/*/*.c.

PREFIX  := /usr/local
SYSCONFDIR := $(if $(filter /usr,$(PREFIX)),/etc,$(PREFIX)/etc)
LISTEN  := 127.0.0.1:5985

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) --no-print-directory
endif
Q := $(if $(V),,@)

# ---- What it needs ------------------------------------------------------------------------------------------------------------

# Debian 12 packages, and the libraries by their pkg-config names.
DEBS      := gcc make pkg-config libmicrohttpd-dev libxml2-dev libssl-dev libcmocka-dev libsqlite3-dev libsystemd-dev \
             libmnl-dev libinih-dev zlib1g-dev libcurl4-openssl-dev curl python3
DEBS_TEST := clang-format python3-winrm sblim-wbemcli
DEBS_FUZZ := clang libclang-rt-dev
LIBS      := libmicrohttpd libxml-2.0 libcrypto sqlite3 inih libmnl libsystemd zlib libcurl

# The first expansion asks, later ones remember. Nothing here may run while this file is read: the tools may still be missing.
lazy = $(if $(filter undefined,$(origin $1)),$(eval $1 := $(shell $2))$(if $(filter 0,$(.SHELLSTATUS)),,$(error $2: failed, try `make deps`)))$($1)
LIB_CFLAGS = $(patsubst -I%,-isystem %,$(call lazy,LIB_INCLUDES,pkg-config --cflags $(LIBS)))
LIB_LIBS   = $(call lazy,LIB_NAMES,pkg-config --libs $(LIBS))

deps: build/.deps build/.deps-test build/npm/.done ## install the missing Debian packages

build/.deps build/.deps-test build/.deps-fuzz: Makefile .ci/deps
	@mkdir -p $(@D)
	@.ci/deps '$(LIBS)' $(DEBS) $(if $(filter %-test,$@),$(DEBS_TEST)) $(if $(filter %-fuzz,$@),$(DEBS_FUZZ))
	@touch $@

# apt runs once at a time.
build/.deps-test: | build/.deps

# A builder of WS-Man messages that tests drive the server with; nothing that is installed or run needs it.
NPM_DEBS = $(if $(shell command -v npm),,nodejs npm)

build/npm/.done: tests/e2e/npm/package.json | build/.deps-test
	@mkdir -p $(@D) && cp $< $(@D)/
	@$(if $(NPM_DEBS),.ci/deps '$(LIBS)' $(NPM_DEBS))
	@if cd $(@D) && npm install --no-audit --no-fund --no-package-lock --loglevel=error; then touch .done; else \
	    echo 'The builder from npm cannot be had: its test will say so.' >&2; fi

# ---- Variants and flags -------------------------------------------------------------------------------------------------------

B_ := build
B_address := build/asan
B_thread := build/tsan
B_coverage := build/coverage
B_fuzzer := build/fuzz
B := $(or $(B_$(SAN)),$(error SAN is one of: address thread coverage fuzzer))

# Only the plain build turns warnings into errors: instrumented code makes compilers guess wrong.
MODE_ := -O2 -Werror -D_FORTIFY_SOURCE=2
MODE_address := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_thread := -O1 -fno-omit-frame-pointer -fsanitize=thread
MODE_coverage := -O0 --coverage
MODE_fuzzer := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
MODE := $(MODE_$(SAN))

CC := $(if $(filter fuzzer,$(SAN)),clang,gcc)
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla -Wformat=2
COMPILE = $(CC) -std=gnu11 -g $(WARN) $(MODE) -fno-common -fstack-protector-strong -pthread -D_GNU_SOURCE \
          -I. $(LIB_CFLAGS) -MMD -MP $(CFLAGS)
LINK = $(CC) $(filter -f% --coverage,$(MODE)) -pthread -Wl,--as-needed -Wl,-z,relro,-z,now $(LDFLAGS)
# Objects and archives among the prerequisites, in any order.
INPUTS = $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LIB_LIBS) -ldl

# ---- The programs -------------------------------------------------------------------------------------------------------------

objects = $(patsubst %.c,$(B)/%.o,$(sort $(wildcard $1)))

O_libcim       := $(call objects,cim/*/*.c)
O_libserver    := $(call objects,server/proto/*.c server/run/*.c server/auth/*.c server/http/*.c)
O_libproviders := $(call objects,providers/*.c)
O_libtest      := $(filter-out $(B)/tests/unit/test_%,$(call objects,tests/unit/*.c))
O_main         := $(call objects,server/main.c)
O_cli          := $(call objects,server/cli/cimstream.c)
O_libcli       := $(filter-out $(O_cli),$(call objects,server/cli/*.c))
ARCHIVES       := $(B)/libserver.a $(B)/libproviders.a $(B)/libcim.a

PROGRAMS := $(if $(O_main),$(B)/cimstreamd) $(if $(O_cli),$(B)/cimstream)

all: $(PROGRAMS) $(ARCHIVES) ## build the daemon and the command line tool

# The whole of libcim goes in and its symbols stay visible: shared-object providers find the SDK in the daemon.
$(B)/cimstreamd: $(O_main) $(ARCHIVES)
	$(call say,LD)$(LINK) -pie -rdynamic -o $@ -Wl,--whole-archive $(B)/libcim.a -Wl,--no-whole-archive $(INPUTS)

$(B)/cimstream: $(O_cli) $(B)/libcli.a $(B)/libserver.a $(B)/libcim.a
	$(call say,LD)$(LINK) -pie -o $@ $(INPUTS)

$(B)/libcim.a: $(O_libcim)
$(B)/libserver.a: $(O_libserver)
$(B)/libcli.a: $(O_libcli)
$(B)/libproviders.a: $(O_libproviders) $(B)/providers.o
$(B)/libtest.a: $(O_libtest)

# q, not r: folders may hold files of the same name.
$(B)/%.a: $(B)/%.list
	$(call say,AR)rm -f $@ && ar qcs $@ $(filter %.o,$^)

# Changes when a source file comes or goes, which time stamps alone do not show.
$(B)/%.list: FORCE
	@mkdir -p $(@D) && echo $(O_$*) | $(replace)

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) -fPIE -c -o $@ $<

# Every providers/foo_bar.c defines `const ProviderModule foo_bar_module`; this table is where the daemon finds them.
MODULES := $(patsubst $(B)/providers/%.o,%_module,$(O_libproviders))

$(B)/providers.c: FORCE
	@mkdir -p $(@D) && printf '%s\n' '/* Generated from the names of providers/ *.c. */' '#include "cim/provider.h"' '' \
	    'extern const ProviderModule *const builtin_providers[];' $(MODULES:%='extern const ProviderModule %;') '' \
	    'const ProviderModule *const builtin_providers[] = {' $(MODULES:%='    &%,') '    NULL};' | $(replace)

$(B)/providers.o: $(B)/providers.c Makefile
	$(call say,CC)$(COMPILE) -fPIE -c -o $@ $<

# Standard input becomes the target unless it is what the target holds already.
replace = { cat >$@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
say = $(Q)$(if $(V),,printf '  %-4s %s\n' $1 $@;)
FORCE:

# ---- Tests --------------------------------------------------------------------------------------------------------------------

# Unit tests run in the order of the layers, so that the first failure is the informative one; tests of no single file come last.
uniq   = $(if $1,$(firstword $1) $(call uniq,$(filter-out $(firstword $1),$1)))
LAYERS := cim/base cim/model cim/mof cim/query cim/core server/proto server/run server/auth server/http server/cli providers
RANKED := $(foreach d,$(LAYERS),$(patsubst $d/%.c,test_%,$(sort $(wildcard $d/*.c))))
HAVE   := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT   := $(addprefix $(B)/tests/,$(call uniq,$(filter $(HAVE),$(RANKED)) $(HAVE)))

FUZZ           := $(patsubst tests/fuzz/%.c,$(B)/tests/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
TEST_PROVIDERS := $(patsubst %.c,$(B)/%.so,$(sort $(wildcard tests/providers/*.c)))
BENCH          := $(patsubst tests/%.c,$(B)/%,$(sort $(wildcard tests/bench/*.c)))
E2E            := $(sort $(wildcard tests/e2e/test_*.py tests/e2e/test_*.sh))

define stage
@printf '\n==> %s\n' '$1'
+@$(MAKE) $2 || { printf '\n==> FAILED: %s    (again: make %s)\n' '$1' '$2' >&2; exit 1; }
endef
RUN_TESTS = BUILD=$(B) SAN=$(SAN) tests/run.sh $(B)/logs

test: build/.deps build/.deps-test build/npm/.done ## everything: checks, sanitizers, conversations with the real daemon
	$(call stage,checks,check)
	$(call stage,unit tests and fuzz corpora with address and undefined sanitizer,SAN=address unit replay)
	$(call stage,unit tests with thread sanitizer,SAN=thread unit)
	$(call stage,conversations,e2e)
	$(call stage,conversations with address and undefined sanitizer,SAN=address e2e)
	$(call stage,conversations with thread sanitizer,SAN=thread e2e)
	@printf '\n==> all tests passed\n'

check: ## what to run all day: build, lint, unit tests, fuzz corpora
	$(call stage,build,all tests)
	$(call stage,lint,lint)
	$(call stage,unit tests,unit)
	$(call stage,fuzz corpora,replay)

tests: $(UNIT) $(FUZZ) $(TEST_PROVIDERS)

unit: $(UNIT) $(TEST_PROVIDERS) ## unit tests
	@$(RUN_TESTS) 600 $(UNIT)

replay: $(FUZZ) ## every fuzz target over its corpus
	@$(RUN_TESTS) 600 $(foreach f,$(FUZZ),'$f tests/fuzz/corpus/$(f:$(B)/tests/fuzz_%=%)')

e2e: all $(TEST_PROVIDERS) ## conversations of real clients with the real daemon
	@$(RUN_TESTS) 1200 $(E2E)

# Tests of memory that is out: what our objects call is asked of tests/unit/failing.c first.
FAILING := malloc calloc realloc reallocarray strdup strndup asprintf __asprintf_chk arena_alloc arena_zalloc arena_strndup \
           arena_strdup pthread_create fopen deflateInit2_ inflateInit2_ MHD_create_response_from_buffer \
           MHD_create_response_from_callback MHD_add_response_header
$(B)/tests/test_allocation%: LINK += $(FAILING:%=-Wl,--wrap=%)

$(B)/tests/test_%: $(B)/tests/unit/test_%.o $(B)/libtest.a $(B)/libcli.a $(ARCHIVES)
	$(call say,LD)$(LINK) -pie -rdynamic -o $@ $(INPUTS) -lcmocka

$(B)/tests/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(B)/libcli.a $(ARCHIVES)
	$(call say,LD)$(LINK) -pie -o $@ $(INPUTS)

# As a provider of somebody else would be built: against the SDK header alone.
$(B)/tests/providers/%.so: tests/providers/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(COMPILE) $(LDFLAGS) -fPIC -shared -MF $(@:.so=.d) -o $@ $<

SECS := 60
fuzz: build/.deps-fuzz ## fuzz one target: make fuzz T=name SECS=60
	@test -f tests/fuzz/fuzz_$(T).c || { echo 'T is one of: $(FUZZ:$(B)/tests/fuzz_%=%)' >&2; exit 1; }
	+@$(MAKE) SAN=fuzzer build/fuzz/fuzz_$(T)
	@mkdir -p build/fuzz/corpus/$(T)
	build/fuzz/fuzz_$(T) -max_total_time=$(SECS) -artifact_prefix=build/fuzz/$(T)- build/fuzz/corpus/$(T) \
	    $(wildcard tests/fuzz/corpus/$(T))

$(B)/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libcli.a $(ARCHIVES)
	$(call say,LD)$(LINK) -fsanitize=fuzzer -o $@ $(INPUTS)

bench: all $(TEST_PROVIDERS) $(BENCH) ## measure throughput, latency and memory
	@BUILD=$(B) python3 tests/bench/run.py

$(B)/bench/%: $(B)/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LD)$(LINK) -pie -o $@ $< -lmicrohttpd

# Without the lines that gcov reports for headers.
cov: ## line coverage of the unit tests, worst first
	+@$(MAKE) SAN=coverage unit
	@find build/coverage/cim build/coverage/server build/coverage/providers -name '*.gcda' 2>/dev/null | xargs -r gcov -n 2>/dev/null | \
	    awk -F"[':% ]+" '/^File/ { f = $$2 } /^Lines/ && f ~ /\.c$$/ { printf "%6.1f %% of %5d  %s\n", $$3, $$5, f; f = "" }' | \
	    sort -n

# ---- Habits -------------------------------------------------------------------------------------------------------------------

lint: build/.lint-selftest ## the rules of the house, one script each in tests/lint
	@tests/lint/run.sh

build/.lint-selftest: $(wildcard tests/lint/*) .clang-format
	@tests/lint/selftest.sh
	@mkdir -p $(@D) && touch $@

format: ## put all C files into the one format
	@clang-format -i $(wildcard $(foreach d,cim server providers tests,$d/*.[ch] $d/*/*.[ch]))

run: build/.deps ## build, then serve this host on http://LISTEN and show how to ask
	+@$(MAKE) all
	@LISTEN=$(LISTEN) exec conf/run.sh $(B)

install: all ## DESTDIR=, PREFIX=/usr/local
	install -D -m 755 $(B)/cimstreamd $(DESTDIR)$(PREFIX)/sbin/cimstreamd
	install -D -m 755 $(B)/cimstream $(DESTDIR)$(PREFIX)/bin/cimstream
	install -D -m 644 cim/provider.h $(DESTDIR)$(PREFIX)/include/cimstream/cim/provider.h
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	$(B)/cimstream manual >$(DESTDIR)$(PREFIX)/share/man/man1/cimstream.1
	$(B)/cimstream completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/cimstream
	install -d $(DESTDIR)$(PREFIX)/share/cimstream/schema $(DESTDIR)$(SYSCONFDIR)
	cp -R conf/schema/. $(DESTDIR)$(PREFIX)/share/cimstream/schema/
	test -e $(DESTDIR)$(SYSCONFDIR)/cimstream.conf || \
	    install -m 644 conf/cimstream.conf $(DESTDIR)$(SYSCONFDIR)/cimstream.conf

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: all deps test check tests unit replay e2e fuzz bench cov lint format run install clean help FORCE

-include $(wildcard $(patsubst %.o,%.d,$(O_libcim) $(O_libserver) $(O_libproviders) $(O_libtest) $(O_main) $(O_cli) $(O_libcli) \
    $(call objects,tests/unit/*.c tests/fuzz/*.c tests/bench/*.c)) $(B)/providers.d $(TEST_PROVIDERS:.so=.d))
