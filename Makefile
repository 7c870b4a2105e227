# Sluice. `make help` lists the targets. Plain GNU make; everything is built below build/FLAVOUR.

FLAVOUR ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
VERSION := 0.1.0

# make V=1 shows the whole commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1) $@')

B := build/$(FLAVOUR)

PACKAGES := libhs libpcap libpcre2-8 jansson yaml-0.1 libmaxminddb libxxhash libcrypto zlib liblzma libzstd libnghttp2 libbrotlidec libmagic libbpf libxdp libseccomp
ifneq ($(filter-out deps help clean demo demo-live test fuzz check,$(or $(MAKECMDGOALS),all)),)
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES))
PKG_LIBS   := $(shell pkg-config --libs $(PACKAGES))
ifeq ($(PKG_LIBS),)
$(error libraries are missing: `make deps` installs them, or see deploy/install-deps)
endif
endif

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wno-sign-conversion -Werror
CPPFLAGS += -Iengine -I. -isystem build/xdp -D_GNU_SOURCE -DSLUICE_VERSION='"$(VERSION)"' $(PKG_CFLAGS)
CFLAGS_COMMON := -std=gnu11 -g $(WARNINGS) -fno-strict-aliasing -MMD -MP -pthread
LDLIBS := $(PKG_LIBS) -lm -pthread

CC := gcc
ifeq ($(FLAVOUR),release)
CFLAGS += -O2 -DNDEBUG -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS += -Wl,-z,relro,-z,now
else ifeq ($(FLAVOUR),lto) # as release, optimized as a whole: 3 % fewer instructions, half a minute to link
CFLAGS += -O2 -flto=auto -DNDEBUG -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS += -Wl,-z,relro,-z,now
$(B)/obj/engine/report/assets.o: CFLAGS += -fno-lto # its symbols are the assembler's
else ifeq ($(FLAVOUR),asan)
CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(FLAVOUR),tsan)
CFLAGS += -O1 -fsanitize=thread -fno-omit-frame-pointer
LDFLAGS += -fsanitize=thread
else ifeq ($(FLAVOUR),fuzz)
CC := clang
CFLAGS += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
          -Wno-gnu-variable-sized-type-not-at-end
LDFLAGS += -fsanitize=address,undefined
else
$(error FLAVOUR is one of release, lto, asan, tsan, fuzz)
endif

# The command's allocator; a sanitizer brings its own, and who uses the library has one.
ifneq ($(filter release lto,$(FLAVOUR)),)
ALLOCATOR := -lmimalloc
$(B)/obj/engine/cli/main.o: CPPFLAGS += -DWITH_MIMALLOC
endif

LIB_SOURCES  := $(filter-out engine/cli/%,$(wildcard engine/*/*.c engine/*/*/*.c))
CLI_SOURCES  := $(wildcard engine/cli/*.c)
UNIT_SOURCES := $(wildcard tests/unit/test_*.c tests/property/test_*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
SUPPORT_SOURCES := $(filter-out tests/support/fuzz_main.c,$(wildcard tests/support/*.c))
FUZZ_SUPPORT := $(filter-out tests/support/app_case.c tests/support/crafted.c,$(SUPPORT_SOURCES)) # without what needs cmocka

object = $(patsubst %.c,$(B)/obj/%.o,$(1))
UNIT_BINARIES := $(patsubst tests/%.c,$(B)/tests/%,$(UNIT_SOURCES))
FUZZ_BINARIES := $(patsubst tests/%.c,$(B)/tests/%,$(FUZZ_SOURCES))

.PHONY: all docs skeletons demo test check fuzz bench bench-live zerocopy install deps clean help tests fuzzers FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/sluice

# A stamp holds one line and is rewritten only when that line changes: other flags rebuild everything, a source file that
# has come or gone rebuilds the archive.
stamp = @mkdir -p $(B); echo '$(subst ','\'',$(1))' | cmp -s - $@ || echo '$(subst ','\'',$(1))' >$@
FLAGS := $(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(CFLAGS) $(LDFLAGS) $(LDLIBS)
$(B)/flags: FORCE
	$(call stamp,$(FLAGS))
$(B)/sources: FORCE
	$(call stamp,$(LIB_SOURCES))

help:
	@echo 'make            build/release/sluice'
	@echo 'make demo       installs what is missing, builds, replays a capture and prints its alerts'
	@echo 'make demo-live  sluice run as a bridge between a client and a server in namespaces of their own (root)'
	@echo 'make test       installs what is missing, builds with sanitizers, runs every test'
	@echo 'make check      format, include direction, header self-containment, sizes, clang-tidy'
	@echo 'make fuzz       runs each fuzz target for SECONDS (default 60); TARGET=name picks one'
	@echo 'make zerocopy   sluice run by AF_XDP zero copy, in a virtual machine (needs qemu-system-x86 and busybox-static)'
	@echo 'make bench      instructions by stage, and time beside Suricata; PART=counts picks one'
	@echo 'make docs       docs/keywords.md from the tables of the engine'
	@echo 'make bench-live verdict latency and rates of sluice run on veth pairs (root)'
	@echo 'make install    DESTDIR= PREFIX=/usr/local'
	@echo 'make deps       installs the Debian packages that building and testing need'

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(CFLAGS) -c -o $@ $<

# The XDP program, for one buffer a frame and for several; the skeletons carry it into the library.
BPFTOOL   ?= $(or $(shell command -v bpftool),/usr/sbin/bpftool)
BPF_CLANG ?= clang
BPF_FLAGS := -target bpf -O2 -g -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Werror -Ixdp \
             -idirafter /usr/include/$(shell $(BPF_CLANG) -print-multiarch)
build/xdp/sluice_frags.bpf.o: BPF_FLAGS += -DSLUICE_FRAGS
build/xdp/sluice_plain.bpf.o build/xdp/sluice_frags.bpf.o: xdp/sluice.bpf.c $(wildcard xdp/*.h)
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(BPF_CLANG) $(BPF_FLAGS) -c -o $@ $<
build/xdp/sluice_egress.bpf.o: xdp/egress.bpf.c $(wildcard xdp/*.h)
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(BPF_CLANG) $(BPF_FLAGS) -c -o $@ $<
build/xdp/%.skel.h: build/xdp/%.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $* >$@ 2>$@.log || { cat $@.log >&2; false; }
skeletons := build/xdp/sluice_plain.skel.h build/xdp/sluice_frags.skel.h build/xdp/sluice_egress.skel.h
skeletons: $(skeletons)
$(B)/obj/engine/verdict/xdp_object.o $(B)/obj/engine/verdict/egress.o: $(skeletons)

# The page of a report carries its style and its script.
$(B)/obj/engine/report/assets.o: engine/report/page.css engine/report/page.js

$(B)/obj/tests/%.o: CPPFLAGS += -Itests

$(B)/libsluice.a: $(call object,$(LIB_SOURCES)) $(B)/sources
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(B)/sluice: $(call object,$(CLI_SOURCES)) $(B)/libsluice.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(ALLOCATOR) $(LDLIBS)

# These tests put themselves between us and the allocator.
$(B)/tests/property/test_alloc_failure: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup
$(B)/tests/property/test_no_malloc: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# This one between threads and what they do with one another.
comma := ,
$(B)/tests/property/test_schedules: LDFLAGS += $(addprefix -Wl$(comma)--wrap=,conveyor_next conveyor_help conveyor_put \
    conveyor_submit conveyor_get_back turn_publish batch_decode decoder_new pthread_create malloc calloc realloc)

$(UNIT_BINARIES): $(B)/tests/%: $(B)/obj/tests/%.o $(call object,$(SUPPORT_SOURCES)) $(B)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

# A fuzz target is libFuzzer's in build/fuzz; elsewhere a plain main runs its corpus.
ifeq ($(FLAVOUR),fuzz)
$(FUZZ_BINARIES): $(B)/tests/%: $(B)/obj/tests/%.o $(call object,$(FUZZ_SUPPORT)) $(B)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)
else
$(FUZZ_BINARIES): $(B)/tests/%: $(B)/obj/tests/%.o $(B)/obj/tests/support/fuzz_main.o $(call object,$(FUZZ_SUPPORT)) $(B)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
endif

fuzzers: $(FUZZ_BINARIES)

tests: $(UNIT_BINARIES) $(FUZZ_BINARIES) $(B)/sluice

# Pages that are made from the engine's own tables; a test says when one is out of date.
docs: all
	$(B)/sluice rule keywords --markdown >docs/keywords.md
	deploy/editors/vscode/make-grammar $(B)/sluice

deps:
	deploy/install-deps

demo: deps
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=release all
	@tests/support/demo

demo-live: deps
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=release all
	@tests/live/demo

test: deps
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=release all
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=asan tests
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=tsan all
	tests/run

check: deps
	tests/check/all

fuzz: deps
	@$(MAKE) --no-print-directory -j$(JOBS) FLAVOUR=fuzz fuzzers
	tests/fuzz/run $(or $(SECONDS),60) $(TARGET)

zerocopy: all
	tests/live/zerocopy --fetch

bench: all $(B)/tests/bench/make_flows $(B)/tests/bench/stages $(B)/tests/bench/ceiling.so
	tests/bench/run $(PART)

$(B)/tests/bench/afxdp_send $(B)/tests/bench/make_flows: $(B)/tests/bench/%: $(B)/obj/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/tests/bench/stages: $(B)/obj/tests/bench/stages.o $(B)/libsluice.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/tests/bench/ceiling.so: tests/bench/ceiling.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) -O2 -shared -fPIC -o $@ $< -ldl

bench-live: all $(B)/tests/bench/afxdp_send
	tests/bench/live

install: all
	install -D -m 755 $(B)/sluice $(DESTDIR)$(PREFIX)/bin/sluice
	install -d $(DESTDIR)$(PREFIX)/share/sluice/signatures
	install -m 644 $(wildcard signatures/*.rules signatures/*.config signatures/*.yaml) $(DESTDIR)$(PREFIX)/share/sluice/signatures
	install -d $(DESTDIR)$(PREFIX)/share/doc/sluice/rules
	install -m 644 $(wildcard docs/rules/*.md) $(DESTDIR)$(PREFIX)/share/doc/sluice/rules
	install -D -m 644 xdp/chain.h $(DESTDIR)$(PREFIX)/share/sluice/xdp/chain.h

clean:
	rm -rf build

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
