// SPDX-License-Identifier: Apache-2.0
// The verb `study`.
#include "xbgen/study.h"

#include "cli/cli.h"
#include <stdio.h>

int xb_verb_study(XbRun *run)
{
    XbStudy study;
    if (!xb_study_make(run->arena, run->d, &run->cfg, &run->net, &run->plan, run->options->every,
                       run->options->columns, &study))
        return XB_BAD_INPUT;
    fputs(run->options->json ? xb_study_json(run->arena, &study)
                             : xb_study_text(run->arena, &study),
          stdout);
    return XB_OK;
}
