// SPDX-License-Identifier: Apache-2.0
// Network and plan of a configuration.
#include "cli/prepare.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// A network that is not there is a fault of the key that names it.
static bool find_network(const XbRun *run)
{
    if (access(run->cfg.network_path, R_OK) == 0)
        return true;
    XbPath at = {.key = "network"};
    xb_report_json(run->d, XB_ERROR, "file-read", run->cfg.file, &at, "%s cannot be read: %s",
                   run->cfg.network_path, strerror(errno));
    return false;
}

static bool outline(XbRun *run)
{
    if (!xb_plan_outline(run->arena, run->d, &run->cfg, &run->net, &run->plan))
        return false;
    if (!run->plan.asks_weights)
        return true;
    xb_net_draw(run->arena, &run->net);
    return xb_plan_outline(run->arena, run->d, &run->cfg, &run->net, &run->plan);
}

static bool build(XbRun *run)
{
    xb_net_draw(run->arena, &run->net);
    return xb_plan_build(run->arena, run->d, &run->cfg, &run->net, &run->plan) &&
           xb_plan_prove(run->arena, run->d, run->cfg.file, &run->plan);
}

static bool make_plan(XbRun *run, XbPreparation wanted)
{
    switch (wanted) {
    case XB_PREPARE_NET:
        return true;
    case XB_PREPARE_OUTLINE:
        return outline(run);
    default:
        return build(run);
    }
}

bool xb_cli_prepare(XbRun *run, XbPreparation wanted)
{
    return xb_cfg_lists(run->arena, run->d, &run->cfg) && find_network(run) && xb_cli_macro(run) &&
           xb_net_read(run->arena, run->d, run->cfg.network_path, &run->net) &&
           make_plan(run, wanted);
}
