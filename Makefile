# SPDX-License-Identifier: Apache-2.0
# Builds xbgen as build/xbgen, tests it, shows it. Everything made lies under build/ (BUILD_DIR). `make help` lists the targets.

PREFIX    ?= /usr/local
BUILD_DIR ?= build
CFLAGS    ?= -O2 -g
STD       := -std=c11 -D_POSIX_C_SOURCE=200809L
WARN      := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wno-psabi
LDLIBS    := -lcjson -lm -lpthread
compile = @echo "  CC $<"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -Igen -MMD -MP -c -o $@ $<

SRC    := $(sort $(wildcard gen/*.c gen/*/*.c))
MADE   := $(BUILD_DIR)/gen/bundle.o $(BUILD_DIR)/gen/xb_schema_text.o $(BUILD_DIR)/gen/xb_net_schema_text.o
LIB    := $(filter-out $(BUILD_DIR)/gen/main.o,$(SRC:%.c=$(BUILD_DIR)/%.o)) $(MADE)
FEW    := $(BUILD_DIR)/tests/cosim/few_net.o
RANDOM := $(filter-out $(FEW),$(patsubst %.c,$(BUILD_DIR)/%.o,$(sort $(wildcard tests/cosim/*.c))))
MAKERS := $(BUILD_DIR)/tests/cosim/random_net $(BUILD_DIR)/tests/cosim/few_net $(BUILD_DIR)/tests/cycles/cycles
CYCLES := $(patsubst %.c,$(BUILD_DIR)/%.o,$(sort $(wildcard tests/cycles/*.c)))
UNIT   := $(patsubst tests/unit/%.c,$(BUILD_DIR)/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
FUZZ   := $(patsubst tests/%.c,$(BUILD_DIR)/tests/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZED := $(addprefix $(BUILD_DIR)/tests/fuzz/,campaign.o mutate.o through.o)
# The sources that every emitted design carries along; they travel inside the program.
BUNDLE := LICENSE $(sort $(wildcard rtl_templates/*.sv cosim/*.cpp cosim/*.h cosim/*.mk cosim/*.vlt cosim/*.sv cosim/*.tcl))
export XBGEN := $(abspath $(BUILD_DIR))/xbgen

.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
.PHONY: all help packages units fuzzers sanitized demo check unit bad golden lint asan rtl netlist cosim synth nightly bench install format clean

all: $(BUILD_DIR)/xbgen

help:
	@echo 'make            build/xbgen'
	@echo 'make demo       installs what is missing, builds, simulates an example and compares every conversion'
	@echo 'make check      all tests; unit, bad, golden, lint, asan, rtl, netlist, cosim run one kind'
	@echo 'make nightly    all tests, the long ones too, and other random designs every night (XB_NIGHTLY=N: those of day N);'
	@echo '                what needs packages of PyPI has them in an environment of its own'
	@echo 'make synth      gates, flip-flops and longest path of all cells of real designs, by Yosys'
	@echo 'make bench      speed of the golden model, a build and a simulation, beside v0.1.0'
	@echo 'make install    program, documentation, examples, manual page: PREFIX=/usr/local, DESTDIR='
	@echo 'make format     clang-format over all C and C++'
	@echo 'make clean      removes build/'

$(BUILD_DIR)/xbgen: $(BUILD_DIR)/gen/main.o $(BUILD_DIR)/libxbgen.a
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD_DIR)/libxbgen.a: $(LIB)
	@rm -f $@; $(AR) rcs $@ $^

$(BUILD_DIR)/gen/%.o: gen/%.c
	@mkdir -p $(@D)
	$(compile)

$(MADE): $(BUILD_DIR)/gen/%.o: $(BUILD_DIR)/gen/%.c
	$(compile)

# A file as C bytes: string literals of any length are not portable.
bytes = od -An -v -t$1 $2 | sed 's/ *\(-*[0-9][0-9]*\)/\1,/g'

# The folders are prerequisites so that a file that goes is noticed too.
$(BUILD_DIR)/gen/bundle.c: $(BUNDLE) rtl_templates/. cosim/. Makefile
	@mkdir -p $(@D)
	@{ echo '#include "emit/parts.h"'; n=0; \
	  for f in $(BUNDLE); do n=$$((n + 1)); echo "static const unsigned char file$$n[] = {"; \
	    $(call bytes,u1,$$f); echo '};'; done; n=0; echo 'const XbBundleFile xb_bundle[] = {'; \
	  for f in $(BUNDLE); do n=$$((n + 1)); echo "{\"$$f\", file$$n, sizeof file$$n},"; done; \
	  echo '{NULL, NULL, 0}};'; } > $@

$(BUILD_DIR)/gen/xb_schema_text.c: gen/cfg/xbgen-arch-1.schema.json
$(BUILD_DIR)/gen/xb_net_schema_text.c: gen/net/xbgen-net-1.schema.json
$(BUILD_DIR)/gen/xb_schema_text.c $(BUILD_DIR)/gen/xb_net_schema_text.c: Makefile
	@mkdir -p $(@D)
	@{ echo 'extern const char $(basename $(@F))[];'; echo 'const char $(basename $(@F))[] = {'; \
	  $(call bytes,d1,$(filter %.json,$^)); echo '0};'; } > $@

$(BUILD_DIR)/tests/unit/%: tests/unit/%.c $(BUILD_DIR)/libxbgen.a
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -Igen -MMD -MP -o $@ \
	  $< $(filter %.o,$^) $(BUILD_DIR)/libxbgen.a -lcmocka -lmd $(LDLIBS)

# The AVX-512 kernel for any processor, beside the one that is in the library.
EMULATED := $(patsubst %,$(BUILD_DIR)/tests/emulated/%.o,model_avx512 model_wide_avx512)
$(EMULATED): $(BUILD_DIR)/tests/emulated/%.o: gen/model/%.c tests/emulated/immintrin.h
	@mkdir -p $(@D)
	@echo "  CC $@"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -O1 -Itests/emulated -Iinclude -Igen \
	  -Dxb_model_avx512=xb_emulated_avx512 -Dxb_model_lay_digits=xb_emulated_lay_digits \
	  -Dxb_model_read_digits=xb_emulated_read_digits -MMD -MP -c -o $@ $<
$(BUILD_DIR)/tests/unit/test_kernel: $(EMULATED)

$(BUILD_DIR)/tests/cosim/%.o: tests/cosim/%.c
	@mkdir -p $(@D)
	$(compile)

$(BUILD_DIR)/tests/cosim/random_net: $(RANDOM) $(BUILD_DIR)/libxbgen.a
$(BUILD_DIR)/tests/cosim/few_net: $(FEW) $(BUILD_DIR)/libxbgen.a
$(BUILD_DIR)/tests/cosim/random_net $(BUILD_DIR)/tests/cosim/few_net:
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD_DIR)/tests/cycles/%.o: tests/cycles/%.c
	@mkdir -p $(@D)
	$(compile)

# Without the library: a model of the chip that knows nothing of the plan.
$(BUILD_DIR)/tests/cycles/cycles: $(CYCLES)
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD_DIR)/tests/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	$(compile)

$(FUZZ): %: %.o $(FUZZED) $(BUILD_DIR)/libxbgen.a
	@echo "  LINK $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD_DIR)/tests/bench/%: tests/bench/%.c $(BUILD_DIR)/libxbgen.a
	@mkdir -p $(@D)
	@echo "  CC $<"; $(CC) $(STD) $(WARN) $(CPPFLAGS) $(CFLAGS) -Iinclude -Igen -MMD -MP -o $@ $^ $(LDLIBS)

packages:
	@gen/install-packages.sh check

demo:
	@gen/install-packages.sh demo
	@$(MAKE) --no-print-directory -s all
	@$(BUILD_DIR)/xbgen cosim --arch examples/fmnist.json --input examples/fmnist_images.npy -n 5 --level adc -o $(BUILD_DIR)/demo --force
	@awk -F '[ ,:]+' '/"images_done"/ {n = $$3} /"mismatches"/ {m = $$3} \
	  END {print "demo: " n " images, " m " mismatches"}' $(BUILD_DIR)/demo/results.json

# A second build, in which an overrun, a leak and whatever C leaves undefined end the program.
SANITIZED := -O1 -g -DXB_STRESS -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all

sanitized:
	@$(MAKE) --no-print-directory -s BUILD_DIR=$(BUILD_DIR)/asan CFLAGS='$(SANITIZED)' all units fuzzers

KINDS := unit bad golden lint asan rtl netlist cosim synth

check nightly:
	@gen/install-packages.sh $@
	@$(MAKE) --no-print-directory -s -j2 all units sanitized
	@$(if $(filter nightly,$@),tests/venv.sh >/dev/null)
	@XB_NIGHTLY=$(if $(filter nightly,$@),$${XB_NIGHTLY:-$$(($$(date +%s) / 86400))}) tests/check.sh $(KINDS) $(filter nightly,$@)

units: $(UNIT) $(MAKERS)

fuzzers: $(FUZZ)

unit: $(UNIT)
asan: sanitized
cosim: $(MAKERS)
unit bad golden lint asan rtl netlist cosim: all
	@tests/check.sh $@

synth: all
	@XB_NIGHTLY=synth tests/synth/run.sh

bench: all $(BUILD_DIR)/tests/bench/kernel $(BUILD_DIR)/tests/bench/allocation
	@tests/bench.sh

INTO = $(DESTDIR)$(PREFIX)

install: all
	install -D -m 755 $(BUILD_DIR)/xbgen $(INTO)/bin/xbgen
	install -D -m 644 -t $(INTO)/share/doc/xbgen README.md LICENSE CHANGELOG.md
	install -D -m 644 -t $(INTO)/share/doc/xbgen/docs docs/*.md docs/*.png
	install -D -m 644 -t $(INTO)/share/doc/xbgen/rtl_templates rtl_templates/README.md
	for f in $$(find examples -name '*.xb' -prune -o -type f ! -name '*.pyc' -print); do \
	  install -D -m 644 $$f $(INTO)/share/doc/xbgen/$$f || exit; done
	sed -i 's|\.\./gen/[a-z]*/|../../../xbgen/|' $(INTO)/share/doc/xbgen/examples/*.json
	install -D -m 644 -t $(INTO)/share/xbgen gen/cfg/xbgen-arch-1.schema.json gen/net/xbgen-net-1.schema.json
	install -d $(INTO)/share/man/man1 $(INTO)/share/bash-completion/completions
	$(BUILD_DIR)/xbgen --print-man >$(INTO)/share/man/man1/xbgen.1
	$(BUILD_DIR)/xbgen --print-completion >$(INTO)/share/bash-completion/completions/xbgen

format:
	clang-format -i $(filter-out cosim/design_types.h,$(wildcard gen/*.c gen/*/*.[ch] include/xbgen/*.h tests/*/*.c tests/*/*.h tests/*/*.cpp cosim/*.cpp cosim/*.h))

clean:
	rm -rf build

-include $(LIB:.o=.d) $(EMULATED:.o=.d) $(RANDOM:.o=.d) $(FEW:.o=.d) $(CYCLES:.o=.d) $(BUILD_DIR)/gen/main.d $(UNIT:=.d) $(BUILD_DIR)/tests/bench/kernel.d $(BUILD_DIR)/tests/bench/allocation.d $(FUZZED:.o=.d) $(FUZZ:=.d)
