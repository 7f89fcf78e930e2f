// SPDX-License-Identifier: Apache-2.0
// Reads a TensorFlow Lite file: operators in their order, each checked on its own and against the
// graph. A failed operator does not stop the reading, so that one run reports all faults: what
// is behind it is compared with what the file says that it makes, where that says anything.
#include "net/tflite.h"

// ---- the network ----

static const char *cure_of(int type)
{
    if (type != XB_TFL_FLOAT32)
        return "";
    return ", or with QUANTIZE behind a FLOAT32 input; convert the model with a representative "
           "dataset and TFLITE_BUILTINS_INT8";
}

// The tensor at which the chip's part begins.
static bool read_input(XbTfl *t, int tensor)
{
    XbTflOp op = xb_tfl_end_place(t, "input");
    XbTflTensor input;
    XbNet *net = t->net;
    if (!xb_tfl_tensor(&op, tensor, "it", &input))
        return false;
    t->code_type = input.type;
    if (input.type != XB_TFL_INT8 && input.type != XB_TFL_UINT8)
        return xb_tfl_fault(
            &op, "tflite-type",
            "the network's input is %s; fully quantized networks with INT8 or UINT8 "
            "input are supported%s",
            xb_tfl_type_name(input.type), cure_of(input.type));
    net->input_rank = input.rank;
    t->maker[tensor] = XB_TFL_NETWORK_INPUT;
    if (input.is_constant)
        return xb_tfl_fault(&op, "tflite-graph", "the network's input is a constant");
    return xb_tfl_image_shape(&op, &input, "it", &net->input) &&
           xb_tfl_image_quant(&op, &input, "it", &net->input_q) && xb_tfl_is_fixed(&op, &input);
}

static void check_use(XbTfl *t)
{
    for (uint32_t i = 0; i < t->operators.count; i++) {
        XbFbTable table = xb_fb_table_at(t->operators, i);
        XbFbVector outputs = xb_fb_vector(table, 2, 4);
        int tensor = outputs.count ? xb_fb_int32_at(outputs, 0) : -1;
        if (!xb_tfl_is_tensor(t, tensor) || t->used[tensor] || t->maker[tensor] == XB_TFL_UNKNOWN)
            continue;
        XbTflOp op = xb_tfl_open_op(t, (int)i, table, xb_tfl_operator_code(t, table));
        xb_tfl_fault(&op, "tflite-graph", "its output (tensor %d) is not used", tensor);
    }
}

// The layer that makes a tensor from which results are taken. False if there is none.
static bool find_result(XbTflOp *op, int tensor, int *layer)
{
    *layer = op->t->maker[tensor];
    if (*layer >= 0)
        return true;
    if (xb_tfl_has_failed(op->t, tensor))
        return false;
    return xb_tfl_fault(op, "tflite-graph", "no operator makes the network's output (tensor %d)",
                        tensor);
}

// One output must be the last layer's.
static void read_output(XbTfl *t, int number)
{
    XbTflOp op = xb_tfl_end_place(t, xb_tfl_output_name(t, number));
    const XbTflExit *o = &t->output[number];
    XbTflTensor output;
    int layer;
    if (!xb_tfl_tensor(&op, o->tensor, "it", &output) ||
        !xb_tfl_tensor(&op, o->exit, "it", &output))
        return;
    t->used[o->tensor] = true;
    if (!xb_tfl_has_failed(t, o->exit) && !xb_tfl_has_order(t, &output))
        xb_tfl_fault(&op, "tflite-op", "it comes from a TRANSPOSE and another operator behind it");
    t->net->output_rank = output.rank;
    if (!find_result(&op, o->exit, &layer))
        return;
    if (t->outputs > 1)
        t->net->output[number].layer = layer;
    else if (layer != t->net->layers - 1)
        xb_tfl_fault(&op, "tflite-graph", "the last operator does not make the network's output");
}

// Several become one result.
static void read_outputs(XbTfl *t)
{
    XbTflOp op = xb_tfl_end_place(t, "outputs");
    for (int i = 0; i < t->outputs; i++)
        read_output(t, i);
    check_use(t);
    if (t->outputs > 1 && t->d->errors == t->errors)
        xb_net_frame(&t->build, &op.at);
}

// ---- the file ----

static bool format_fault(XbTfl *t, const char *text)
{
    xb_report(t->d, XB_ERROR, "tflite-format", t->file, "", "%s", text);
    return false;
}

static bool is_intact(XbTfl *t)
{
    if (!t->fb->broken)
        return true;
    xb_report(t->d, XB_ERROR, "tflite-format", t->file, "",
              "the file is damaged: a reference at byte %zu leaves it", t->fb->broken_at);
    return false;
}

static bool open_model(XbTfl *t, XbFbTable *graph)
{
    XbFbTable model = xb_fb_root(t->fb);
    uint32_t version = xb_fb_uint32(model, 0, 0);
    XbFbVector graphs = xb_fb_vector(model, 2, 4);
    t->opcodes = xb_fb_vector(model, 1, 4);
    t->buffers = xb_fb_vector(model, 4, 4);
    if (!is_intact(t))
        return false;
    if (version != 3)
        return format_fault(
            t, xb_arena_printf(t->arena, "schema version %u; 3 is supported", version));
    if (graphs.count == 0)
        return format_fault(t, "the file has no subgraph");
    *graph = xb_fb_table_at(graphs, 0);
    return true;
}

// A concatenation has a layer for each input but one, a slice one for each output, with a reshape
// behind it, several outputs of the network have two each.
static int most_layers(const XbTfl *t)
{
    int most = 2 * XB_NET_MAX_OUTPUTS;
    for (uint32_t i = 0; i < t->operators.count; i++) {
        XbFbTable table = xb_fb_table_at(t->operators, i);
        uint32_t inputs = xb_tfl_looked_at(xb_fb_vector(table, 1, 4));
        uint32_t outputs = xb_tfl_looked_at(xb_fb_vector(table, 2, 4));
        most += (int)(inputs + 2 * outputs) + 1;
    }
    return most;
}

static bool open_graph(XbTfl *t, XbFbTable graph)
{
    t->tensors = xb_fb_vector(graph, 0, 4);
    t->operators = xb_fb_vector(graph, 3, 4);
    if (!is_intact(t))
        return false;
    if (t->tensors.count == 0 || t->tensors.count > XB_TFL_MAX_TENSORS ||
        t->operators.count > XB_NET_MAX_LAYERS)
        return format_fault(
            t, xb_arena_printf(
                   t->arena, "%u tensors and %u operators; 1..%d and at most %d are supported",
                   t->tensors.count, t->operators.count, XB_TFL_MAX_TENSORS, XB_NET_MAX_LAYERS));
    t->maker = xb_new(t->arena, int, t->tensors.count);
    t->is_wanted = xb_new(t->arena, bool, t->tensors.count);
    t->used = xb_new(t->arena, bool, t->tensors.count);
    t->folded = xb_new(t->arena, XbTflIntegers *, t->tensors.count);
    t->order = xb_new(t->arena, XbTflOrder *, t->tensors.count);
    t->turned = xb_new(t->arena, XbTflTensor *, t->tensors.count);
    t->role = xb_new(t->arena, uint8_t, t->operators.count);
    t->is_faulty = xb_new(t->arena, bool, t->tensors.count);
    t->net->note = xb_new(t->arena, XbNetNote, t->operators.count);
    for (uint32_t i = 0; i < t->tensors.count; i++)
        t->maker[i] = XB_TFL_NOTHING;
    t->build = xb_net_start(t->arena, t->net, most_layers(t));
    return true;
}

static bool one_input(XbTfl *t, XbFbVector tensors)
{
    if (tensors.count == 1)
        return true;
    xb_report(t->d, XB_ERROR, "tflite-graph", t->file, "input",
              "the network has %u inputs; exactly one is supported", tensors.count);
    return false;
}

static bool some_outputs(XbTfl *t, XbFbVector tensors)
{
    if (tensors.count < 1 || tensors.count > XB_NET_MAX_OUTPUTS) {
        xb_report(t->d, XB_ERROR, "tflite-graph", t->file, "output",
                  "the network has %u outputs; 1 to %d are supported", tensors.count,
                  XB_NET_MAX_OUTPUTS);
        return false;
    }
    t->outputs = (int)tensors.count;
    t->output = xb_new(t->arena, XbTflExit, t->outputs);
    for (int i = 0; i < t->outputs; i++)
        t->output[i].tensor = xb_fb_int32_at(tensors, (uint32_t)i);
    t->net->outputs = t->outputs > 1 ? t->outputs : 0;
    t->net->output = xb_new(t->arena, XbNetOutput, t->outputs);
    return true;
}

// The batch is not 1 in the file, or only as long as nobody says otherwise.
static bool is_batch_open(const XbTfl *t, int input)
{
    if (!xb_tfl_is_tensor(t, input))
        return false;
    XbFbTable tensor = xb_fb_table_at(t->tensors, (uint32_t)input);
    XbFbVector dims = xb_fb_vector(tensor, 0, 4), signature = xb_fb_vector(tensor, 7, 4);
    return (dims.count && xb_fb_int32_at(dims, 0) != 1) ||
           (signature.count && xb_fb_int32_at(signature, 0) != 1);
}

static void read_graph(XbTfl *t, XbFbTable graph)
{
    XbFbVector inputs = xb_fb_vector(graph, 1, 4);
    XbFbVector outputs = xb_fb_vector(graph, 2, 4);
    bool ends = one_input(t, inputs);
    ends = some_outputs(t, outputs) && ends;
    if (!ends)
        return;
    int in = xb_fb_int32_at(inputs, 0);
    t->is_open = is_batch_open(t, in);
    xb_tfl_find_shapes(t);
    xb_tfl_find_ends(t, in);
    if (!read_input(t, t->entry) || !xb_tfl_read_ends(t, in))
        return;
    for (uint32_t i = 0; i < t->operators.count; i++)
        xb_tfl_read_op(t, (int)i);
    read_outputs(t);
}

bool xb_tflite_read(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNet *out)
{
    XbFb fb = xb_fb_open(bytes);
    int errors = d->errors;
    XbFbTable graph;
    *out = (XbNet){.file = xb_arena_copy(arena, file)};
    XbTfl t = {.arena = arena, .d = d, .errors = errors, .file = out->file, .fb = &fb, .net = out};
    if (!open_model(&t, &graph) || !open_graph(&t, graph))
        return false;
    XbDiags before = *d;
    read_graph(&t, graph);
    if (fb.broken)
        xb_diags_rewind(d, before);  // what a reader makes of a damaged file is not its fault
    is_intact(&t);
    return d->errors == errors;
}
