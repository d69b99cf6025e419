# hctools. `make` builds, `make check` tests, `make demo` shows; `make help` lists the rest.
MODE    ?= release
B       := build/$(MODE)
Q       := $(if $(V),,@)
VERSION := 0.1.0
prefix  ?= /usr/local
DEPS    := zlib yaml-0.1 libarchive libcrypto

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
        -Wwrite-strings -Wvla -Wundef $(if $(WERROR),-Werror)
FLAGS_release := -O2
FLAGS_debug   := -O0 -g
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_cov     := -O0 -g --coverage
cflags  := -std=c17 -D_GNU_SOURCE -DHC_VERSION='"$(VERSION)"' $(WARN) $(FLAGS_$(MODE)) $(CFLAGS)
cpp      = -Ilib $(shell pkg-config --cflags $(DEPS)) $(CPPFLAGS)
libs     = $(shell pkg-config --libs $(DEPS)) -lm -pthread
ldflags := -Wl,--as-needed $(filter -fsanitize% --coverage,$(FLAGS_$(MODE))) $(LDFLAGS)

LIB   := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c))
TOOLS := $(patsubst tools/%.c,$(B)/bin/hc-%,$(wildcard tools/*.c))
UNIT  := $(patsubst tests/%.c,$(B)/tests/%.t,$(wildcard tests/unit/*.c tests/property/*.c))
FUZZ  := $(filter-out replay,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
REPLAY := $(FUZZ:%=$(B)/tests/fuzz/%.t)
SCRIPTS := $(wildcard tests/*.t tests/cli/*.bats tests/property/*.t)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all FORCE check clean help deps tests
all: $(TOOLS)

help:
	@sed -n 's/^#: //p' $(MAKEFILE_LIST)

$(B)/flags: FORCE       # rewritten only when the flags change, so objects follow them
	$(Q)mkdir -p $(@D); f='$(CC) $(subst ',,$(cflags)) $(cpp)'; \
	    [ "$$f" = "$$(cat $@ 2>/dev/null)" ] || printf '%s\n' "$$f" >$@
$(B)/%.o: %.c $(B)/flags
	$(Q)mkdir -p $(@D); $(CC) $(cflags) $(cpp) -MMD -MP -c -o $@ $<
$(B)/libhc.a: $(LIB)
	$(Q)rm -f $@; $(AR) rcsD $@ $^
$(B)/bin/hc-%: $(B)/tools/%.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
$(B)/tests/fuzz/%.t: $(B)/tests/fuzz/%.o $(B)/tests/fuzz/replay.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
$(B)/tests/%.t: $(B)/tests/%.o $(B)/libhc.a
	$(Q)mkdir -p $(@D); $(CC) $(ldflags) -o $@ $^ $(libs) $(LDLIBS)
-include $(shell find $(B) -name '*.d' 2>/dev/null)

#: make                  build the tools into build/release/bin
#: make check            build with -Werror and run the tests (under 5 minutes)
tests: $(UNIT) $(REPLAY)
check:
	$(Q)$(MAKE) --no-print-directory WERROR=1 all tests
	$(Q)PATH="$(CURDIR)/$(B)/bin:$$PATH" HC_BUILD="$(CURDIR)/$(B)" \
	    prove $(if $(V),-v) $(PROVE) --exec '' $(sort $(UNIT) $(REPLAY) $(SCRIPTS))
#: make MODE=asan check  the same under AddressSanitizer and UBSan
#: make deps             install the Debian packages that are missing, or name them (exit 2)
PACKAGES := build-essential pkg-config zlib1g-dev libyaml-dev libarchive-dev libssl-dev \
            perl bats sqlite3 zip unzip xz-utils jq
deps:
	$(Q)missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || \
	        missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get install -y --no-install-recommends $$missing; then exit 0; fi; \
	echo "missing packages:$$missing" >&2; exit 2
#: make clean            remove build/
clean:
	rm -rf build
