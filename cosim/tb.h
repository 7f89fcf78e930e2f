// SPDX-License-Identifier: Apache-2.0
// The clock, the reset and the wave file around any verilated model with ports aclk and aresetn.
#ifndef XB_COSIM_TB_H
#define XB_COSIM_TB_H

#include "verilated.h"
#include <cstdint>
#include <memory>
#include <string>
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#endif

namespace xb
{

// Cycle k lasts from time 10k to 10k + 10 (ns); aclk rises at 10k + 5. Inputs written between two
// ticks are seen by the next rising edge.
template <class Model> class Tb
{
  public:
    Tb() : top(new Model(&context_))
    {
        context_.fatalOnError(
            false);  // a failed assertion ends the run in order, wave file included
        const char *none[] = {"xb_sim"};
        context_.commandArgs(1, none);  // memories ask for +xb_ram_seed
#if VM_TRACE_FST
        context_.traceEverOn(true);
#endif
    }
    ~Tb()
    {
        close_wave();
        finish();
    }

    // The final blocks, once.
    void finish()
    {
        if (!finished_)
            top->final();
        finished_ = true;
    }

    // What $value$plusargs finds, "+name=value". Before the first tick.
    void plusarg(const std::string &text)
    {
        const char *arg = text.c_str();
        context_.commandArgsAdd(1, &arg);
    }

    // Writes the cycles from `first` to `last` to an FST file. False: built without waves.
    bool open_wave(const char *path, uint64_t first, uint64_t last)
    {
#if VM_TRACE_FST
        wave_.reset(new VerilatedFstC);
        top->trace(wave_.get(), 99);
        wave_->open(path);
        wave_first_ = first;
        wave_last_ = last;
        return wave_->isOpen();
#else
        (void)path, (void)first, (void)last;
        return false;
#endif
    }

    void close_wave()
    {
#if VM_TRACE_FST
        if (wave_)
            wave_->close();
        wave_.reset();
#endif
    }

    // One clock cycle. `settled` runs when combinational outputs answer to this cycle's inputs,
    // just before the rising edge.
    template <class Settled> void tick(Settled settled)
    {
        advance(0);
        settled();
        advance(5);
        ++cycle;
    }

    void reset(int cycles)
    {
        top->aresetn = 0;
        for (int i = 0; i < cycles; ++i)
            tick([] {});
        top->aresetn = 1;
    }

    // $finish, $stop or a failed assertion.
    bool stopped() const { return context_.gotFinish(); }

  private:
    VerilatedContext context_;
    bool finished_ = false;

  public:
    std::unique_ptr<Model> top;
    uint64_t cycle = 0;  // rising edges so far; during a tick: the number of this cycle

  private:
    // The time stands in the message of a failed assertion too.
    void advance(int phase)
    {
        context_.time(cycle * 10 + static_cast<uint64_t>(phase));
        top->aclk = phase != 0;
        top->eval();
        dump();
    }

    void dump()
    {
#if VM_TRACE_FST
        if (wave_ && cycle >= wave_first_ && cycle <= wave_last_)
            wave_->dump(context_.time());
#endif
    }

#if VM_TRACE_FST
    std::unique_ptr<VerilatedFstC> wave_;
    uint64_t wave_first_ = 0, wave_last_ = 0;
#endif
};

}  // namespace xb

#endif
