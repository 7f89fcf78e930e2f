// SPDX-License-Identifier: Apache-2.0
// Kinds of layers in the plan: a row says all that is special about one. (What the chip's cell and
// registers are stands in gen/emit/kinds.c, what the golden model runs in gen/model.)
#include "plan/bits.h"
#include "plan/parts.h"

const XbPlanKind xb_plan_kind[XB_KINDS] = {
    [XB_CONV] = {xb_plan_slide, xb_plan_quantize_weights, NULL, xb_plan_ring_window, xb_bits_mvm,
                 xb_plan_time_mvm},
    [XB_DWCONV] = {xb_plan_slide, xb_plan_quantize_weights, NULL, xb_plan_ring_window, xb_bits_mvm,
                   xb_plan_time_mvm},
    [XB_FC] = {xb_plan_whole, xb_plan_quantize_weights, NULL, xb_plan_ring_image, xb_bits_mvm,
               xb_plan_time_mvm},
    [XB_ADD] = {xb_plan_pixel, xb_plan_quantize_add, xb_plan_schedule_join, NULL, xb_bits_add,
                xb_plan_time_add},
    [XB_AVGPOOL] = {xb_plan_pool, xb_plan_quantize_average, xb_plan_schedule_windows,
                    xb_plan_ring_window, xb_bits_pool, xb_plan_time_pool},
    [XB_MAXPOOL] = {xb_plan_pool, NULL, xb_plan_schedule_windows, xb_plan_ring_window, xb_bits_pool,
                    xb_plan_time_pool},
    [XB_MEAN] = {xb_plan_mean, xb_plan_quantize_mean, xb_plan_schedule_windows, xb_plan_ring_window,
                 xb_bits_pool, xb_plan_time_pool},
    [XB_PAD] = {xb_plan_pad_pixel, NULL, xb_plan_schedule_windows, xb_plan_ring_pad, xb_bits_pool,
                xb_plan_time_pad},
    [XB_RESHAPE] = {xb_plan_pixel, NULL, xb_plan_schedule_reshape, NULL, xb_bits_reshape,
                    xb_plan_time_reshape},
    [XB_RELU] = {xb_plan_pixel, xb_plan_quantize_relu, xb_plan_schedule_beats, NULL, xb_bits_relu,
                 xb_plan_time_relu},
    [XB_TABLE] = {xb_plan_pixel, xb_plan_quantize_table, xb_plan_schedule_beats, NULL,
                  xb_bits_table, xb_plan_time_table},
    [XB_MERGE] = {xb_plan_pixel, NULL, xb_plan_schedule_beats, NULL, xb_bits_merge,
                  xb_plan_time_merge},
    [XB_CONCAT] = {xb_plan_pixel, NULL, xb_plan_schedule_concat, NULL, xb_bits_concat,
                   xb_plan_time_concat},
    [XB_MUL] = {xb_plan_pixel, xb_plan_quantize_mul, xb_plan_schedule_mul, NULL, xb_bits_mul,
                xb_plan_time_mul},
    [XB_BOX] = {xb_plan_box, NULL, xb_plan_schedule_slice, NULL, xb_bits_slice, xb_plan_time_slice},
};
