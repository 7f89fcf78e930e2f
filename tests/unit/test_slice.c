// SPDX-License-Identifier: Apache-2.0
// STRIDED_SLICE, SLICE, SPLIT and SPLIT_V of images in TensorFlow Lite files.
#include "tflite_bench.h"

enum { OP_SPLIT = 49, OP_SLICE = 65, OP_SPLIT_V = 102 };

// Fields of a STRIDED_SLICE's options.
enum { BEGIN_MASK, END_MASK, ELLIPSIS, NEW_AXIS, SHRINK, OFFSET, OPTIONS };

static void expect_box(const XbNetLayer *l, const int *begin, const int *step, XbShape out)
{
    assert_int_equal(l->kind, XB_BOX);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(l->begin[i], begin[i]);
        assert_int_equal(l->step[i], step[i]);
    }
    assert_memory_equal(&l->out, &out, sizeof out);
}

// ---- STRIDED_SLICE ----

typedef struct Strided {  // of an image of 5 x 6 x 7
    int begin[4], end[4], step[4], option[OPTIONS];
    TflTensor out;
} Strided;

static const Strided PLAIN = {{0, 1, 2, 1}, {1, 4, 6, 7}, {1, 2, 1, 3}, {0}, {0}};

static bool read_strided(Fixture *f, const Strided *s)
{
    TflTensor t[] = {image(5, 6, 7), s->out, integers(1, 4, s->begin), integers(1, 4, s->end),
                     integers(1, 4, s->step)};
    TflOperator o = {OP_STRIDED_SLICE, 4, {0, 2, 3, 4}, 1, OPTIONS, {0}};
    memcpy(o.option, s->option, sizeof s->option);
    return read_graph(f, t, LENGTH(t), &o, 1);
}

static void a_strided_slice_is_a_box(void **state)
{
    Fixture *f = *state;
    Strided s = PLAIN;
    s.out = image(2, 4, 2);
    assert_true(read_strided(f, &s));
    assert_int_equal(f->net.layers, 1);
    expect_box(&f->net.layer[0], (int[]){1, 2, 1}, (int[]){2, 1, 3}, (XbShape){2, 4, 2});
    assert_string_equal(f->net.layer[0].file_op, "STRIDED_SLICE");
}

static void numbers_count_from_the_end_and_masks_leave_them_out(void **state)
{
    Fixture *f = *state;
    Strided s = {{0, -3, 4, -20}, {1, -1, 3, 90}, {1, 1, 2, 1}, {1 << 2, 1 << 2}, image(2, 3, 7)};
    assert_true(read_strided(f, &s));
    expect_box(&f->net.layer[0], (int[]){2, 0, 0}, (int[]){1, 2, 1}, (XbShape){2, 3, 7});
}

static void axes_that_go_leave_a_map_or_a_row(void **state)
{
    Fixture *f = *state;
    Strided s = {{0, -1, 0, 0}, {1, 0, 6, 7}, {1, 1, 1, 1}, {[SHRINK] = 1 << 1}, image(6, 7, 1)};
    s.out = (TflTensor){.type = TFL_INT8, .rank = 3, .dim = {1, 6, 7}, .scale = 0.5f, .zero = -3};
    assert_true(read_strided(f, &s));
    assert_int_equal(f->net.layers, 1);
    expect_box(&f->net.layer[0], (int[]){4, 0, 0}, (int[]){1, 1, 1}, (XbShape){1, 6, 7});
    s = (Strided){{0, 0, 0, 3}, {1, 5, 6, 0}, {1, 1, 1, 1}, {[SHRINK] = 1 << 3}, s.out};
    s.out.dim[1] = 5, s.out.dim[2] = 6;
    assert_true(read_strided(f, &s));  // 5 x 6 x 1 becomes 1 x 5 x 6
    assert_int_equal(f->net.layers, 2);
    expect_box(&f->net.layer[0], (int[]){0, 0, 3}, (int[]){1, 1, 1}, (XbShape){5, 6, 1});
    assert_int_equal(f->net.layer[1].kind, XB_RESHAPE);
    assert_int_equal(f->net.layer[1].out.w, 5);
    assert_int_equal(f->net.layer[1].input[0], 0);
}

static void what_is_no_box_is_refused_with_what_is(void **state)
{
    Fixture *f = *state;
    Strided s = PLAIN;
    s.out = image(2, 4, 2);
    static const int fields[] = {ELLIPSIS, NEW_AXIS, OFFSET};
    for (int i = 0; i < LENGTH(fields); i++) {
        s.option[fields[i]] = 2;
        assert_false(read_strided(f, &s));
        assert_string_equal(f->d.first->code, "tflite-op");
        assert_non_null(strstr(f->d.first->text, "supported are begin and end"));
        assert_int_equal(f->d.errors, 1);
        s.option[fields[i]] = 0;
    }
    for (int step = -1; step < 1; step++) {
        s.step[1] = step;
        assert_false(read_strided(f, &s));
        assert_string_equal(f->d.first->code, "tflite-op");
    }
}

static void bounds_lie_in_the_image(void **state)
{
    Fixture *f = *state;
    Strided s = PLAIN;
    s.out = image(2, 4, 3);  // of channels 2 follow
    assert_false(read_strided(f, &s));
    assert_string_equal(f->d.first->code, "tflite-shape");
    s = PLAIN, s.out = image(2, 4, 2);
    s.end[1] = 1;  // nothing
    assert_false(read_strided(f, &s));
    assert_string_equal(f->d.first->code, "tflite-shape");
    s.option[SHRINK] = 1 << 1, s.begin[1] = 5;  // a row that is not there
    assert_false(read_strided(f, &s));
    assert_string_equal(f->d.first->code, "tflite-shape");
}

// ---- SLICE ----

static void a_size_may_be_the_rest(void **state)
{
    Fixture *f = *state;
    int begin[] = {0, 1, 2, 3}, size[] = {-1, 2, -1, 4};
    TflTensor t[] = {image(5, 6, 7), image(2, 4, 4), integers(1, 4, begin), integers(1, 4, size)};
    TflOperator o = {OP_SLICE, 3, {0, 2, 3}, 1, 0, {0}};
    accept(f, t, 4, &o, 1);
    expect_box(&f->net.layer[0], (int[]){1, 2, 3}, (int[]){1, 1, 1}, (XbShape){2, 4, 4});
    size[3] = 5;
    refuse(f, t, 4, &o, 1, "tflite-shape");
    size[3] = 4, t[1].scale = 0.75f;  // the kernel copies codes, which would mean something else
    refuse(f, t, 4, &o, 1, "net-quant");
    t[1].scale = 0.5f, t[1].zero = 1;
    refuse(f, t, 4, &o, 1, "net-quant");
}

// ---- SPLIT, SPLIT_V ----

static void parts_that_nobody_reads_are_no_layers(void **state)
{
    Fixture *f = *state;
    int axis[] = {-2};
    TflTensor t[] = {image(5, 6, 7), image(5, 2, 7),       image(5, 2, 7),
                     image(5, 2, 7), integers(1, 1, axis), image(5, 2, 7)};
    TflOperator o[] = {{OP_SPLIT, 2, {4, 0}, 1, 1, {3}}, {OP_ADD, 2, {3, 2}, 5, 0, {0}}};
    accept(f, t, 6, o, 2);
    assert_int_equal(f->net.layers, 3);
    expect_box(&f->net.layer[0], (int[]){0, 2, 0}, (int[]){1, 1, 1}, (XbShape){5, 2, 7});
    expect_box(&f->net.layer[1], (int[]){0, 4, 0}, (int[]){1, 1, 1}, (XbShape){5, 2, 7});
    assert_int_equal(f->net.layer[2].input[0], 1);
    assert_int_equal(f->net.layer[2].input[1], 0);
    axis[0] = 1;  // 5 rows
    refuse(f, t, 6, o, 2, "tflite-shape");
    assert_int_equal(f->d.errors, 1);
    axis[0] = 4;
    refuse(f, t, 6, o, 2, "tflite-shape");
}

static void sizes_of_parts_are_given(void **state)
{
    Fixture *f = *state;
    int axis[] = {3}, sizes[] = {4, -1, 1};
    TflTensor t[] = {image(5, 6, 7),        image(5, 6, 4),       image(5, 6, 2), image(5, 6, 1),
                     integers(1, 3, sizes), integers(1, 1, axis), image(5, 6, 2)};
    TflOperator o[] = {{OP_SPLIT_V, 3, {0, 4, 5}, 1, 1, {3}}, {OP_RELU, 1, {2}, 6, 0, {0}}};
    accept(f, t, 7, o, 2);
    assert_int_equal(f->net.layers, 2);
    expect_box(&f->net.layer[0], (int[]){0, 0, 4}, (int[]){1, 1, 1}, (XbShape){5, 6, 2});
    sizes[1] = 3;
    refuse(f, t, 7, o, 2, "tflite-shape");
    sizes[0] = sizes[1] = -1;
    refuse(f, t, 7, o, 2, "tflite-shape");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_strided_slice_is_a_box),
        TEST(numbers_count_from_the_end_and_masks_leave_them_out),
        TEST(axes_that_go_leave_a_map_or_a_row),
        TEST(what_is_no_box_is_refused_with_what_is),
        TEST(bounds_lie_in_the_image),
        TEST(a_size_may_be_the_rest),
        TEST(parts_that_nobody_reads_are_no_layers),
        TEST(sizes_of_parts_are_given),
    };
    return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
