# SPDX-License-Identifier: Apache-2.0
# Yosys, called by FuseSoC (xb.core, target synth): generic gates, hierarchy kept. Black boxes keep their names and
# parameters only if they are read at once; all other cells are read when their parameters are known.
yosys -import
source edalize_yosys_procs.tcl

foreach line [split [info body read_files] "\n"] {
  if {![regexp {\{(.*)\}} $line all file]} continue
  set channel [open $file]
  set is_box [regexp -line {^\(\* blackbox} [read $channel]]
  close $channel
  if {$is_box} { read_verilog -sv $file } else { read_verilog -sv -defer $file }
}

yosys synth -top xb_top  ;# a procedure of that name is FuseSoC's
stat
write_verilog -noattr xb_top.netlist.v
