# SPDX-License-Identifier: Apache-2.0
# Builds and runs the co-simulation of this design with Verilator; needs nothing outside this folder.
# `make help` says what it can do.

LEVEL  ?= layer
STALL  ?= 0
SEED   ?= 1
IMAGES ?=
FROM   ?= 0
TO     ?=
JSON   ?=
ARGS   ?=
JOBS   ?= 2

CXX       ?= g++
VERILATOR ?= verilator
OPT       ?= -O2
# Set: the model and the bench are compiled as one file each; least work in all, but nothing in parallel.
UNITY     ?=
# Set: Verilator makes a model of each kind of tile, and of the chip around them. From some hundred arrays on it takes
# most of the time to look at each of them alone; a model of them all runs faster.
ifeq ($(origin HIER),undefined)
HIER := $(if $(word 2,$(CURDIR)),,$(shell awk '/^.define XB_ARRAYS / && $$3 > 500 {print 1}' xb_design.h))
endif
# Verilator's runtime library and the driver are compiled once and kept here, for all designs.
XB_RUNTIME ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/xbgen

# In some languages sed's letters are others.
export LC_ALL := C

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all build build-wave run wave lint icarus icarus-check clean help FORCE

all: run

# Whoever writes here locks the folder first, as `xbgen emit` and `xbgen cosim` do, which call make with XB_LOCKED: all
# goals are made by a second make that inherits the lock. Without flock, or on a file system without locks, nobody waits.
GOALS := $(or $(MAKECMDGOALS),all)
ifeq (,$(or $(XB_LOCKED),$(if $(filter-out help lint icarus-check,$(GOALS)),,none)))
$(firstword $(GOALS)):
	@exec 9<. && { flock -n -E 75 9 2>/dev/null; test $$? -ne 75 || { \
	  echo 'waiting until another make or xbgen is done in this folder' >&2; flock 9; }; } && \
	$(MAKE) --no-print-directory XB_LOCKED=1 $(GOALS)
$(wordlist 2,$(words $(GOALS)),$(GOALS)): $(firstword $(GOALS)) ;
else

# Two compilers at a time, unless the caller said otherwise.
ifeq (,$(filter -j% --jobserver%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(JOBS)
endif

help:
	@echo 'make               build, then run the shipped vectors at level layer'
	@echo 'make build         build only'
	@echo 'make run           LEVEL=output|layer|adc STALL=0..95 SEED=n IMAGES=n JSON=file ARGS="..."'
	@echo 'make wave          the same with waves: waves/xb.fst, cycles FROM=n TO=n'
	@echo 'make lint          verilator --lint-only -Wall'
	@echo 'make icarus        the vectors of level output in Icarus Verilog, by sim/tb_xb.sv: STALL=0..95 IMAGES=n'
	@echo 'make icarus-check  compile with Icarus Verilog'
	@echo 'make clean         remove build/ and waves'
	@echo 'build/xb_sim --help lists all options (for ARGS).'
	@echo 'Variables: VERILATOR CXX OPT UNITY HIER JOBS, XB_RUNTIME (cache for what is compiled once).'

clean:
	rm -rf build waves/*.fst waves/*.fst.hier waves/*.states waves/states.stamp waves/mismatch.gtkw

RTL     := $(shell sed -e '/^\/\//d' -e '/^[-+]/d' -e '/^$$/d' xb.f)
WAIVERS := $(wildcard sim/*.vlt)
LINT    := --top-module xb_top $(WAIVERS) -f xb.f

lint:
	@$(call need,$(VERILATOR))
	$(VERILATOR) --lint-only -Wall $(LINT)

icarus-check:
	@$(call need,iverilog)
	iverilog -g2012 -tnull -s xb_top -c xb.f

icarus: build/icarus.vvp
	@vvp -n $< +stall=$(STALL) $(if $(IMAGES),+images=$(IMAGES)) $(ARGS) > build/icarus.log; cat build/icarus.log; \
	  grep -qx PASS build/icarus.log

build/icarus.vvp: $(RTL) sim/tb_xb.sv xb_design.svh xb.f
	@$(call need,iverilog)
	@echo "  ICARUS $@"
	@mkdir -p build && iverilog -g2012 -s tb_xb -o $@ -c xb.f sim/tb_xb.sv

# A missing tool is one line, not a trail of make messages.
need = command -v $(firstword $1) >/dev/null || { echo "error: $(firstword $1) is not installed, or not in PATH" >&2; exit 3; }

run: build/xb_sim
	@build/xb_sim --level $(LEVEL) --stall $(STALL) --seed $(SEED) $(if $(IMAGES),--images $(IMAGES)) \
	  $(if $(JSON),--json $(JSON)) $(ARGS)

wave: build/xb_sim_wave
	@mkdir -p waves
	@build/xb_sim_wave --level $(LEVEL) --stall $(STALL) --seed $(SEED) $(if $(IMAGES),--images $(IMAGES)) \
	  $(if $(JSON),--json $(JSON)) --wave waves/xb.fst --wave-from $(FROM) $(if $(TO),--wave-to $(TO)) \
	  $(if $(wildcard waves/xb.gtkw),--gtkw waves/xb.gtkw) $(ARGS)

build: build/xb_sim
build-wave: build/xb_sim_wave

# Everything below needs Verilator's version and folder; asked only when something is built.
ifneq (,$(filter-out help clean lint icarus icarus-check,$(or $(MAKECMDGOALS),all)))
VERSION := $(shell $(VERILATOR) --version 2>/dev/null | sed -e 's/^Verilator *//' -e 's/[^A-Za-z0-9.-][^A-Za-z0-9.-]*/_/g' -e 's/_$$//')
ifeq (,$(VERSION))
$(error $(VERILATOR) is not installed, or not in PATH: it is needed to build the simulation (5.006 or later))
endif
ifneq (,$(and $(HIER),$(word 2,$(CURDIR))))
$(error HIER=$(HIER) is not possible in a folder whose path has spaces: what Verilator writes for it names files by that path)
endif
VROOT  := $(shell $(VERILATOR) --getenv VERILATOR_ROOT)
TARGET := $(shell $(CXX) -dumpmachine)-$(shell $(CXX) -dumpversion)
# What the writer of waves is linked with: zlib, and since 5.048 lz4; the Makefile of that Verilator knows.
FST_LIBS := $(or $(shell sed -n 's/^ *LDLIBS *+= *\(.*-lz\) *$$/\1/p' $(VROOT)/include/verilated.mk),-lz)
# What a model was made with: by others it is made anew.
TOOLS  := $(VERSION) $(VROOT) $(TARGET) $(subst ',,$(shell $(CXX) --version | sed 1q))
ifneq ($(TOOLS),$(file <build/tools))
build/tools: FORCE
endif
SIM    := $(sort $(wildcard sim/*.cpp))
HEADERS := $(wildcard sim/*.h) xb_design.h

# One line where lz4 is asked for and not there.
HAS_LZ4 := $(if $(filter -llz4,$(FST_LIBS)),echo '\#include <lz4.h>' | $(CXX) -E -x c++ - >/dev/null 2>&1 || \
  { echo 'error: to write waves this Verilator needs lz4 (Debian: liblz4-dev)' >&2; exit 3; })

# A file that is compiled once, in the folder $1 of the cache. If that cannot be written, or its path has spaces, which
# make cannot handle: in build/.
once = $(shell d='$(if $(word 2,$(XB_RUNTIME)),build,$(XB_RUNTIME))/$1'; mkdir -p "$$d" 2>/dev/null && test -w "$$d" || test -f "$$d/$2" \
  && echo "$$d" || echo 'build/$1')/$2

# Of the driver only what knows the pins and xb_design.h is compiled with the design. The rest is the same, until somebody
# edits it.
OF_DESIGN := sim/chip.cpp sim/design.cpp
DRIVER    := $(call once,driver-$(shell cat sim/*.cpp sim/*.h | cksum | tr ' ' -)-$(TARGET),driver.o)
endif

CXXFLAGS := -std=gnu++17 -Wall -Wextra

# Without optimization a loop that copies a wide word is compiled sooner than a statement for each of its words.
LOOPS := $(if $(filter -O0,$(OPT)),--expand-limit 1)

# What is inlined and what is compiled once for all its instances: sim/share.vlt. Warnings of another version of Verilator
# stop no build; a cell that refuses its parameters ($error, $fatal) does.
VFLAGS := -O3 $(LOOPS) --cc --top-module xb_top --prefix Vxb_top --x-assign fast --x-initial fast \
  -Wall -Wno-fatal -Werror-USERERROR -Werror-USERFATAL --assert --timescale 1ns/1ns +define+XB_COSIM=1 +define+XB_ASSERT=1 $(WAIVERS) -f xb.f

# Of a chip of many tiles most is copying from and to them: wide words are copied by loops. A chain through tiles is one
# vector for Verilator, which takes it for a loop.
HIER_FLAGS := $(if $(HIER),--hierarchical --expand-limit 8 -fno-dfg -Wno-DECLFILENAME -Wno-UNOPTFLAT)

# Verilator's makefiles refuse a folder whose path has spaces, though all that they name is relative to it.
NAMELESS := CURDIR=.

# Newer ones precompile a header for each of their files; ours are few.
PLAIN := VK_PCH_H= VK_PCH_I_FAST= VK_PCH_I_SLOW=

# Optimizations that take a third of the time and gain nothing.
LEFT_OUT := -fno-gcse -fno-tree-vrp -fno-tree-dse --param max-combine-insns=2
BATCHES := $(if $(UNITY),batch_0,batch_0 batch_1 batch_2 batch_3)

# As one, since its files read the same headers.
$(DRIVER):
	@echo "  DRIVER $@ (once for all designs)"
	@mkdir -p $(@D) && t=$$(mktemp -d $(@D)/tmp.XXXXXX) && trap 'rm -rf "$$t"' EXIT && \
	printf '#include "%s"\n' $(notdir $(filter-out $(OF_DESIGN),$(SIM))) > "$$t/driver.cpp" && \
	$(CXX) $(CXXFLAGS) -O2 -Isim -c -o "$$t/driver.o" "$$t/driver.cpp" && mv -f "$$t/driver.o" $@

build/tools:
	@mkdir -p build && echo '$(TOOLS)' > $@

# $1: plain or wave, $2: 0 or 1 (waves), $3: program
define flavour
OBJ_$1     := build/$1
TILES_$1   := $(if $(filter 0,$2),$(if $(HIER),build/$1-tiles.a))
OPT_$1     := $$(if $$(TILES_$1),-O1,$(OPT))
MODEL_$1   := build/$1$(if $(UNITY),-one).a
PINS_$1    := $(if $(UNITY),,build/$1-pins.o)
LIB_$1     := $$(call once,verilator-$$(VERSION)-$1-$$(TARGET),libverilated.a)
CXXFLAGS_$1 := $(CXXFLAGS) -DVERILATOR=1 -DVM_COVERAGE=0 -DVM_SC=0 -DVM_TRACE=$2 \
  -DVM_TRACE_FST=$2 -DVM_TRACE_VCD=0 -I. -Isim -I$$(OBJ_$1) -isystem $$(VROOT)/include -isystem $$(VROOT)/include/vltstd

$$(LIB_$1):
	@$(if $(filter 1,$2),$$(HAS_LZ4))
	@echo "  RUNTIME $$@ (once for all designs)"
	@mkdir -p $$(@D) && t=$$$$(mktemp -d $$(@D)/tmp.XXXXXX) && trap 'rm -rf "$$$$t"' EXIT && \
	for f in verilated verilated_dpi verilated_threads $(if $(filter 1,$2),verilated_fst_c); do \
	  echo "$$$$t/$$$$f.o: $$(VROOT)/include/$$$$f.cpp ; $$(CXX) $$(CXXFLAGS_$1) -O2 -w -c -o \$$$$@ \$$$$<"; \
	  echo "all: $$$$t/$$$$f.o"; done > "$$$$t/mk" && \
	$$(MAKE) --no-print-directory -s -f "$$$$t/mk" all && \
	ar rcs "$$$$t/lib.a" "$$$$t"/*.o && mv -f "$$$$t/lib.a" $$@

# The stamp is the last thing written: an interrupted run of Verilator is repeated.
build/$1.stamp: $$(RTL) $$(WAIVERS) xb.f Makefile build/tools
	@echo "  VERILATE build/$1"
	@rm -rf $$(OBJ_$1) $$@ && mkdir -p build
	@MAKEFLAGS='-s --no-print-directory' $$(VERILATOR) $$(VFLAGS) $(if $(filter 1,$2),--trace-fst --trace-structs,$(HIER_FLAGS)) --Mdir $$(OBJ_$1) || exit 3
	@touch $$@

# Verilator writes hundreds of small files that each read its headers again: they are compiled as four, and the
# cold ones, unoptimized, as one, or at the end of the only file.
# Objects left by a compiler that was killed may be cut off: start them again.
$$(MODEL_$1): build/$1.stamp $(if $(UNITY),$(OF_DESIGN) $(HEADERS))
	@echo "  MODEL $$@"
	@if [ -e $$(OBJ_$1)/unfinished ]; then rm -f $$(OBJ_$1)/*.[ao]; fi; touch $$(OBJ_$1)/unfinished
	@cd $$(OBJ_$1) && rm -f batch_*.cpp Vxb_top__ALL.a && $(if $(UNITY),printf '#include "../../%s"\n' $(OF_DESIGN) > batch_0.cpp && )ls -S Vxb_top*.cpp | awk '{ \
	  name = /__Slow|__Syms/ ? "batch_slow" : "$(UNITY)" ? "batch_0" : "batch_" NR % 4; \
	  print "#include \"" $$$$0 "\"" >> (name ".cpp") }' && touch .fast.gch .slow.gch $(BATCHES:=.cpp) batch_slow.cpp$(if $(UNITY), && \
	  printf '#pragma GCC optimize(0)\n#include "batch_slow.cpp"\n' >> batch_0.cpp)
	@$$(MAKE) --no-print-directory -s -C $$(OBJ_$1) -f Vxb_top.mk Vxb_top__ALL.a $$(NAMELESS) $$(PLAIN) \
	  CXX='$$(CXX)' OPT_FAST='$$(OPT_$1) $(LEFT_OUT)' VM_PARALLEL_BUILDS=1 VM_CLASSES_FAST='$(BATCHES)' \
	  $(if $(UNITY),USER_CPPFLAGS='-std=gnu++17 -I../..' )VM_CLASSES_SLOW=$(if $(UNITY),,batch_slow) VM_SUPPORT_FAST= VM_SUPPORT_SLOW= VM_HIER_LIBS= \
	  > $$(OBJ_$1)/log 2>&1 || { cat $$(OBJ_$1)/log >&2; exit 1; }
	@cp $$(OBJ_$1)/Vxb_top__ALL.a $$@.tmp && mv -f $$@.tmp $$@ && rm -f $$(OBJ_$1)/unfinished

# The models of the tiles: one for each kind.
build/$1-tiles.a: build/$1.stamp
	@echo "  TILES $$@"
	@cd $$(OBJ_$1) && for d in Vxb_tile*/; do touch $$$$d.fast.gch $$$$d.slow.gch; done
	@$$(MAKE) --no-print-directory -s -C $$(OBJ_$1) -f Vxb_top_hier.mk \
	  $$$$(cd $$(OBJ_$1) && ls -d Vxb_tile*/ | sed 's|V\(.*\)/|V\1/lib\1.a|') $$(NAMELESS) $$(PLAIN) \
	  CXX='$$(CXX)' OPT_FAST='$(OPT)' VM_PARALLEL_BUILDS=0 > $$(OBJ_$1)/tiles.log 2>&1 || { cat $$(OBJ_$1)/tiles.log >&2; exit 1; }
	@rm -f $$@.tmp && ar rcs $$@.tmp $$(OBJ_$1)/Vxb_tile*/*.o && mv -f $$@.tmp $$@

build/$1-pins.o: $(OF_DESIGN) $(HEADERS) Makefile build/$1.stamp
	@echo "  CXX $$@"
	@printf '#include "%s"\n' $(notdir $(OF_DESIGN)) > build/$1-pins.cpp
	@$$(CXX) $$(CXXFLAGS_$1) -O1 -c -o $$@.tmp build/$1-pins.cpp && mv -f $$@.tmp $$@

# A driver that lies in the cache may be older than a program with another one.
build/$3: $$(PINS_$1) $$(MODEL_$1) $$(TILES_$1) $$(DRIVER) $$(LIB_$1) $$(SIM) $$(HEADERS)
	@echo "  LINK $$@"
	@$$(CXX) -o $$@.tmp $$(DRIVER) $$(PINS_$1) $$(MODEL_$1) $$(TILES_$1) $$(LIB_$1) $(if $(filter 1,$2),$$(FST_LIBS)) -lpthread && mv -f $$@.tmp $$@
endef

# State names for GTKWave, read from the cells: a line "value name" each.
waves/states.stamp: $(RTL)
	@mkdir -p waves
	@for f in $(RTL); do \
	  sed -n "s/^ *localparam logic *\[[0-9:]*\] *St\([A-Za-z]*\) *= *[0-9]*'d\([0-9]*\);.*/\2 \1/p" $$f > waves/t && \
	  if test -s waves/t; then mv -f waves/t waves/$$(basename $$f .sv).states; else rm -f waves/t; fi; done
	@touch $@

ifdef VERSION
build/xb_sim_wave: waves/states.stamp
$(eval $(call flavour,plain,0,xb_sim))
$(eval $(call flavour,wave,1,xb_sim_wave))
endif
endif # locked
