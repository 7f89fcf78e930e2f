# SPDX-License-Identifier: Apache-2.0
# Builds xbgen as build/xbgen, tests it, shows it. Everything made lies under build/. `make help` lists the targets.

PREFIX ?= /usr/local
CFLAGS ?= -O2 -g
STD    := -std=c11 -D_POSIX_C_SOURCE=200809L
WARN   := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
LDLIBS := -lcjson -lm -lpthread
compile = @echo "  CC $<"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -Igen -MMD -MP -c -o $@ $<

SRC    := $(sort $(wildcard gen/*.c gen/*/*.c))
MADE   := build/gen/bundle.o build/gen/xb_schema_text.o build/gen/xb_net_schema_text.o
LIB    := $(filter-out build/gen/main.o,$(SRC:%.c=build/%.o)) $(MADE)
RANDOM := $(patsubst %.c,build/%.o,$(sort $(wildcard tests/cosim/*.c)))
UNIT   := $(patsubst tests/unit/%.c,build/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
# The sources that every emitted design carries along; they travel inside the program.
BUNDLE := $(sort $(wildcard rtl_templates/*.sv cosim/*.cpp cosim/*.h cosim/*.mk cosim/*.vlt))
export XBGEN := $(CURDIR)/build/xbgen

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all help packages units demo check unit bad golden lint rtl cosim nightly bench install format clean

all: build/xbgen

help:
	@echo 'make            build/xbgen'
	@echo 'make demo       installs what is missing, builds, simulates an example and compares every conversion'
	@echo 'make check      all tests; unit, bad, golden, lint, rtl, netlist, cosim run one kind'
	@echo 'make nightly    all tests, the long ones too'
	@echo 'make bench      speed of the golden model and of a simulation'
	@echo 'make install    PREFIX=/usr/local, DESTDIR='
	@echo 'make format     clang-format over all C and C++'
	@echo 'make clean      removes build/'

build/xbgen: build/gen/main.o build/libxbgen.a
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

build/libxbgen.a: $(LIB)
	@rm -f $@; $(AR) rcs $@ $^

build/gen/%.o: gen/%.c
	@mkdir -p $(@D)
	$(compile)

$(MADE): build/gen/%.o: build/gen/%.c
	$(compile)

# A file as C bytes: string literals of any length are not portable.
bytes = od -An -v -t$1 $2 | sed 's/ *\(-*[0-9][0-9]*\)/\1,/g'

# The folders are prerequisites so that a file that goes is noticed too.
build/gen/bundle.c: $(BUNDLE) rtl_templates/. cosim/. Makefile
	@mkdir -p $(@D)
	@{ echo '#include "emit/parts.h"'; n=0; \
	  for f in $(BUNDLE); do n=$$((n + 1)); echo "static const unsigned char file$$n[] = {"; \
	    $(call bytes,u1,$$f); echo '};'; done; n=0; echo 'const XbBundleFile xb_bundle[] = {'; \
	  for f in $(BUNDLE); do n=$$((n + 1)); echo "{\"$$f\", file$$n, sizeof file$$n},"; done; \
	  echo '{NULL, NULL, 0}};'; } > $@

build/gen/xb_schema_text.c: gen/cfg/xbgen-arch-1.schema.json
build/gen/xb_net_schema_text.c: gen/net/xbgen-net-1.schema.json
build/gen/xb_schema_text.c build/gen/xb_net_schema_text.c: Makefile
	@mkdir -p $(@D)
	@{ echo 'extern const char $(basename $(@F))[];'; echo 'const char $(basename $(@F))[] = {'; \
	  $(call bytes,d1,$(filter %.json,$^)); echo '0};'; } > $@

build/tests/unit/%: tests/unit/%.c build/libxbgen.a
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -Igen -MMD -MP -o $@ $< \
	  build/libxbgen.a -lcmocka -lmd $(LDLIBS)

build/tests/cosim/%.o: tests/cosim/%.c
	@mkdir -p $(@D)
	$(compile)

build/tests/cosim/random_net: $(RANDOM) build/libxbgen.a
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

packages:
	@gen/install-packages.sh check

demo:
	@gen/install-packages.sh demo
	@$(MAKE) --no-print-directory -s all
	@build/xbgen cosim --arch examples/fmnist.json --input examples/fmnist_images.npy -n 5 --level adc -o build/demo
	@awk -F '[ ,:]+' '/"images_done"/ {n = $$3} /"mismatches"/ {m = $$3} \
	  END {print "demo: " n " images, " m " mismatches"}' build/demo/results.json

KINDS := unit bad golden lint rtl netlist cosim

check nightly:
	@gen/install-packages.sh check
	@$(MAKE) --no-print-directory -s -j2 all units
	@XB_NIGHTLY=$(filter nightly,$@) tests/check.sh $(KINDS) $(filter nightly,$@)

units: $(UNIT) build/tests/cosim/random_net

unit: $(UNIT)
cosim: build/tests/cosim/random_net
unit bad golden lint rtl netlist cosim: all
	@tests/check.sh $@

bench: all
	@tests/bench.sh

install: all
	install -D -m 755 build/xbgen $(DESTDIR)$(PREFIX)/bin/xbgen

format:
	clang-format -i $(wildcard gen/*.c gen/*/*.[ch] include/xbgen/*.h tests/*/*.c tests/*/*.h tests/*/*.cpp cosim/*.cpp cosim/*.h)

clean:
	rm -rf build

-include $(LIB:.o=.d) $(RANDOM:.o=.d) build/gen/main.d $(UNIT:=.d)
