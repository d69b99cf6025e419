# hctools. `make` builds, `make check` tests, `make demo` shows; `make help` lists the rest.
MODE    ?= release
B       := build/$(MODE)
Q       := $(if $(V),,@)
VERSION := 0.1.0
PREFIX  ?= /usr/local
prefix  ?= $(PREFIX)
# isa-l inflates faster and is used where it is found; ISAL=0 builds without it
ISAL_WANTED := $(or $(ISAL),1)
ISAL    ?= $(shell pkg-config --exists libisal 2>/dev/null && echo 1 || echo 0)
ISAL    := $(ISAL)
DEPS    := zlib yaml-0.1 libarchive libzstd libcrypto yajl $(if $(filter 1,$(ISAL)),libisal)

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
        -Wwrite-strings -Wvla -Wundef $(if $(WERROR),-Werror)
FLAGS_release := -O2
FLAGS_debug   := -O0 -g
# gcc guesses sizes wrongly in instrumented code: these warnings count in the other builds
guesses       := -Wno-format-truncation -Wno-stringop-overflow -Wno-maybe-uninitialized
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $(guesses)
FLAGS_tsan    := -O1 -g -fsanitize=thread $(guesses)
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FLAGS_cov     := -O0 -g --coverage
cflags  := -std=c17 -D_GNU_SOURCE -DHC_VERSION='"$(VERSION)"' $(WARN) $(FLAGS_$(MODE)) $(CFLAGS)
cpp      = -Ilib $(shell pkg-config --cflags $(DEPS)) $(if $(filter 1,$(ISAL)),-DHC_ISAL) $(CPPFLAGS)
libs     = $(shell pkg-config --libs $(DEPS)) -lm -pthread
ldflags := -Wl,--as-needed $(filter -fsanitize% --coverage,$(FLAGS_$(MODE))) $(LDFLAGS)

LIB   := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c))
TOOLS := $(patsubst tools/%.c,$(B)/bin/hc-%,$(wildcard tools/*.c))
UNIT  := $(patsubst tests/%.c,$(B)/tests/%.t,$(wildcard tests/unit/*.c tests/property/*.c))
FUZZ  := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
REPLAY := $(FUZZ:%=$(B)/tests/fuzz/%.t)
KINDS  := $(B)/tests/readers/make_kinds.t
FAULTY := $(B)/tests/fault.so
SCRIPTS := $(wildcard tests/*.t tests/cli/*.bats tests/property/*.t)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all FORCE check clean help deps tests check-readers bench golden-accept fuzz install format check-deep
all: $(TOOLS)

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

$(B)/flags: FORCE       # rewritten only when the flags change, so objects follow them
	$(Q)mkdir -p $(@D); f='$(CC) $(subst ',,$(cflags)) $(cpp)'; \
	    [ "$$f" = "$$(cat $@ 2>/dev/null)" ] || printf '%s\n' "$$f" >$@
$(B)/%.o: %.c $(B)/flags
	$(Q)mkdir -p $(@D); $(CC) $(cflags) $(cpp) -MMD -MP -c -o $@ $<
# loops over the values of a column are worth vectors, however many there are
columns := record/append record/take record/batch record/totals feed/map feed/aside \
           format/convert_column
vectors := -ftree-vectorize $(shell $(CC) -Werror -fvect-cost-model=dynamic -E -x c \
    /dev/null >/dev/null 2>&1 && echo -fvect-cost-model=dynamic)
$(columns:%=$(B)/lib/%.o): cflags += $(vectors)
$(B)/libhc.a: $(LIB)
	$(Q)rm -f $@; $(AR) rcsD $@ $^
$(B)/bin/hc-%: $(B)/tools/%.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
$(B)/tests/fuzz/%.t: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
$(B)/tests/%.t: $(B)/tests/%.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
$(B)/tests/fault.so: tests/fault/fault.c $(B)/flags
	$(Q)mkdir -p $(@D); $(CC) $(cflags) -fPIC -shared -o $@ $< -ldl
-include $(shell find $(B) -name '*.d' 2>/dev/null)

#: make                  build the tools into build/release/bin
#: make ISAL=0           the same without isa-l, which inflates faster where it is found
#: make check            build with -Werror and run the tests (under 5 minutes)
tests: $(UNIT) $(REPLAY) $(KINDS) $(if $(filter asan tsan,$(MODE)),,$(FAULTY))
check: deps
	$(Q)$(MAKE) --no-print-directory WERROR=1 all tests
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" HC_BUILD="$(CURDIR)/$(B)" \
	    HC_ROOT="$(CURDIR)" prove -j2 $(if $(V),-v) $(PROVE) --exec '' $(sort $(UNIT) $(REPLAY) $(SCRIPTS))
#: make check-short      the unit tests and the fuzz corpora only
.PHONY: check-short
check-short: deps
	$(Q)$(MAKE) --no-print-directory all tests
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" HC_BUILD="$(CURDIR)/$(B)" HC_ROOT="$(CURDIR)" \
	    prove -j2 --exec '' $(sort $(UNIT) $(REPLAY))
#: make MODE=asan check  the same under AddressSanitizer and UBSan
#: make check-tsan       threads under ThreadSanitizer: unit tests, some golden cases, workers
.PHONY: check-tsan
check-tsan: deps
	$(Q)$(MAKE) --no-print-directory MODE=tsan all build/tsan/tests/unit/turns.t \
	    build/tsan/tests/unit/inflate.t
	$(Q)PATH="$(CURDIR)/build/tsan/bin:$$PATH" HC_BUILD="$(CURDIR)/build/tsan" \
	    HC_ROOT="$(CURDIR)" TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan.supp SMALL=1 \
	    prove -j2 $(if $(V),-v) --exec '' build/tsan/tests/unit/turns.t \
	    build/tsan/tests/unit/inflate.t tests/property/workers.t tests/property/jobs.t
#: make golden-accept    rewrite tests/golden/*/{out,err,status}; review the diff (GOLDEN=CASE)
golden-accept: all
	$(Q)HC_BUILD="$(CURDIR)/$(B)" GOLDEN_ACCEPT=1 tests/golden.t
#: make fuzz             libFuzzer (clang) on each target, FUZZ_SECONDS=60 each, FUZZ_ONLY=NAME
FUZZ_SECONDS ?= 60
fuzz:
	$(Q)$(MAKE) --no-print-directory MODE=fuzz CC=clang build/fuzz/libhc.a
	$(Q)mkdir -p build/fuzz/found build/fuzz/bin; for name in $(or $(FUZZ_ONLY),$(FUZZ)); do \
	    echo "fuzz $$name: $(FUZZ_SECONDS) s" && mkdir -p build/fuzz/corpus/$$name && \
	    clang -std=c17 -D_GNU_SOURCE -O1 -g $(cpp) -fsanitize=fuzzer,address,undefined \
	        -fno-sanitize-recover=all -o build/fuzz/bin/$$name tests/fuzz/$$name.c \
	        build/fuzz/libhc.a $(libs) && \
	    build/fuzz/bin/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=1024 \
	        -verbosity=0 -print_final_stats=1 -artifact_prefix=build/fuzz/found/$$name- \
	        build/fuzz/corpus/$$name tests/fuzz/corpus/$$name || exit 1; done
#: make install          into $(DESTDIR)$(prefix): tools, man pages, pipelines, library
share := share/hctools
install: all $(B)/libhc.a
	$(Q)set -e; to="$(DESTDIR)$(prefix)"; umask 022; \
	install -d "$$to/bin" "$$to/lib/pkgconfig" "$$to/$(share)" "$$to/share/man/man1" \
	    "$$to/share/bash-completion/completions"; \
	for tool in $(TOOLS); do name=$$(basename $$tool); \
	    install -m 755 $$tool "$$to/bin/$$name"; \
	    $$tool --help=man >"$$to/share/man/man1/$$name.1"; \
	    $$tool --help=bash >"$$to/share/bash-completion/completions/$$name"; done; \
	if [ -d pipelines ]; then (cd pipelines && find . -type f -print) | while read -r f; do \
	    install -D -m 644 "pipelines/$$f" "$$to/$(share)/$$f"; done; fi; \
	for f in $(wildcard lib/*/*.h lib/*/*.def); do \
	    install -D -m 644 $$f "$$to/include/hctools/$${f#lib/}"; done; \
	install -m 644 $(B)/libhc.a "$$to/lib/libhc.a"; \
	printf '%s\n' 'prefix=$(prefix)' 'Name: libhc' 'Version: $(VERSION)' \
	    'Description: record streams and rules for health claims' \
	    'Requires: $(DEPS)' 'Cflags: -I$${prefix}/include/hctools' \
	    'Libs: -L$${prefix}/lib -lhc -lm -pthread' >"$$to/lib/pkgconfig/libhc.pc"
#: make format           clang-format all .c files (headers and .def lists are laid out by hand)
format:
	$(Q)clang-format -i $(wildcard lib/*/*.c tools/*.c tests/*/*.c)
#: make check-deep       format, shellcheck, cppcheck, clang, fuzzing, sanitizers, faults, install
check-deep:
	$(Q)clang-format --dry-run -Werror $(wildcard lib/*/*.c tools/*.c tests/*/*.c)
	$(Q)shellcheck -x -P SCRIPTDIR -S warning $$(grep -lE '^#!.*(/sh|bash|bats)$$' \
	    tests/*.t tests/*/*.t tests/*/*.sh tests/cli/*.bats samples/*/*.sh .ci/run)
	$(Q)cppcheck -q --std=c17 -Ilib --inline-suppr --error-exitcode=1 -j 2 \
	    --suppress=missingIncludeSystem --suppress=internalAstError \
	    --suppress=legacyUninitvar:lib/synth/deliver.c --suppress=autoVariables:tools/run.c \
	    --enable=portability lib tools
	$(Q)$(MAKE) --no-print-directory WERROR=1 FUZZ_SECONDS=10 fuzz
	$(Q)$(MAKE) --no-print-directory MODE=asan check
	$(Q)$(MAKE) --no-print-directory check
	$(Q)HC_BUILD="$(CURDIR)/$(B)" HC_ROOT="$(CURDIR)" prove --exec '' tests/deep/install.t
	$(Q)$(MAKE) --no-print-directory check-fault
#: make check-readers    other Arrow libraries (npm) read our streams, and we theirs
readers := build/readers
check-readers: all $(KINDS)
	$(Q)command -v npm >/dev/null || { echo "check-readers needs nodejs and npm" >&2; exit 2; }
	$(Q)mkdir -p $(readers); cmp -s tests/readers/package-lock.json \
	    $(readers)/installed || { cp tests/readers/package.json tests/readers/.npmrc \
	    tests/readers/package-lock.json $(readers)/ && (cd $(readers) && \
	    npm install --omit=optional --no-audit --no-fund --silent) && \
	    cp tests/readers/package-lock.json $(readers)/installed; }
	$(Q)HC_READERS="$(CURDIR)/$(readers)" HC_BUILD="$(CURDIR)/$(B)" \
	    prove $(if $(V),-v) --exec '' tests/readers/readers.mjs
#: make check-report     the demo's page in headless Chromium at three widths (npm, chromium)
report := build/check-report
.PHONY: check-report
check-report: demo
	$(Q)command -v npm >/dev/null && command -v chromium >/dev/null || \
	    { echo "check-report needs nodejs, npm and chromium" >&2; exit 2; }
	$(Q)mkdir -p $(report) && cp tests/report/package.json tests/report/package-lock.json \
	    tests/report/.npmrc tests/report/check.mjs $(report)/ && cd $(report) && \
	    { [ -d node_modules/playwright-core ] || npm ci --no-audit --no-fund --silent; }
	$(Q)prove $(if $(V),-v) --exec node $(report)/check.mjs :: \
	    $(DEMO)/out/report.html $(report)/pictures
	@echo 'pictures are in $(report)/pictures'
#: make bench            what hc-ingest costs beside bare inflate (bench-pipe: dedupe and the pipe)
.PHONY: bench-pipe
isal := $(shell pkg-config --exists libisal 2>/dev/null && echo -DHAVE_ISAL)
bench bench-pipe: all
	$(Q)mkdir -p $(B)/bench && for f in measure inflate deliveries; do $(CC) $(cflags) \
	    $(isal) -o $(B)/bench/$$f tests/bench/$$f.c -lz $(if $(isal),-lisal) || exit; done
	$(Q)HCTOOLS_PATH="$(CURDIR)" tests/bench/$(@:bench-%=%).sh $(B)
#: make samples          make samples/ again with hc-synth; review the diff
.PHONY: samples
samples: all
	$(Q)$(B)/bin/hc-synth --people=40 --months=6 --seed=1 -o samples
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" samples/families/make.sh
#: make demo             invent a state, run its quarterly report, say where it is
.PHONY: demo check-kill
DEMO := build/demo
$(DEMO)/made: $(B)/bin/hc-synth
	$(Q)mkdir -p $(DEMO) && $(B)/bin/hc-synth --people=6250 --seed=1 -o $(DEMO) && touch $@
demo: deps
	$(Q)$(MAKE) --no-print-directory all $(DEMO)/made
	$(Q)$(B)/bin/hc-run pipelines/vermont-quarterly.yaml --set incoming=$(DEMO)/incoming \
	    --set ladder=identity-invented \
	    --work-dir=$(DEMO)/work --out=$(DEMO)/out || [ $$? -eq 3 ]
	@echo 'the report is $(DEMO)/out/report.html'
#: make check-kill       kill hc-run 100 times, each time run it again: the same bytes
check-kill: all
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" HC_BUILD="$(CURDIR)/$(B)" KILLS=100 \
	    prove $(if $(V),-v) --exec '' tests/property/run-kill.t
#: make check-fault      fail the Nth call of the system, at 400 N of each sort (FAULTS=all: every N)
.PHONY: check-fault
FAULTS ?= 400
check-fault: all $(FAULTY)
	$(Q)HC_BUILD="$(CURDIR)/$(B)" FAULTS=$(FAULTS) prove $(if $(V),-v) --exec '' tests/fault.t
#: make deps             install the Debian packages that are missing, or name them (exit 2)
PACKAGES := build-essential pkg-config zlib1g-dev libyaml-dev libarchive-dev libzstd-dev libssl-dev \
            libyajl-dev $(if $(filter-out 0,$(ISAL_WANTED)),libisal-dev) perl bats sqlite3 zip unzip zstd xz-utils jq
deps:
	$(Q)missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || \
	        missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    export DEBIAN_FRONTEND=noninteractive; \
	    apt-get install -y --no-install-recommends $$missing || \
	    { apt-get update && apt-get install -y --no-install-recommends $$missing; }; \
	    [ $$? -eq 0 ] && exit 0; fi; \
	echo "missing packages:$$missing" >&2; exit 2
#: make clean            remove build/
clean:
	rm -rf build
