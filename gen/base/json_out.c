// SPDX-License-Identifier: Apache-2.0
// JSON out: copies of trees with a member changed, and their text.
#include "base/json_out.h"

#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 3 };  // levels whose members have lines of their own

static XbJson *shallow(XbArena *arena, const XbJson *node)
{
    XbJson *copy = xb_new(arena, XbJson, 1);
    *copy = *node;
    copy->next = NULL;
    return copy;
}

XbJson *xb_json_with(XbArena *arena, const XbJson *node, const char *const *part, int parts,
                     const XbJson *value)
{
    if (!parts)
        return shallow(arena, value);
    XbJson *object = xb_new(arena, XbJson, 1);
    const XbJson **link = &object->first;
    bool is_set = false;
    object->kind = XB_JSON_OBJECT;
    for (const XbJson *child = node ? node->first : NULL; child || !is_set;
         child = child ? child->next : NULL) {
        bool is_here = !child || strcmp(child->key, *part) == 0;
        XbJson *copy = is_here ? xb_json_with(arena, child, part + 1, parts - 1, value)
                               : shallow(arena, child);
        copy->key = is_here ? *part : child->key;
        is_set |= is_here;
        *link = copy;
        link = &copy->next;
    }
    return object;
}

XbJson *xb_json_without(XbArena *arena, const XbJson *node, const char *const *part, int parts)
{
    XbJson *object = shallow(arena, node);
    const XbJson **link = &object->first;
    if (node->kind != XB_JSON_OBJECT)
        return object;
    *link = NULL;
    for (const XbJson *child = node->first; child; child = child->next) {
        bool is_here = strcmp(child->key, *part) == 0;
        if (is_here && parts == 1)
            continue;
        XbJson *copy =
            is_here ? xb_json_without(arena, child, part + 1, parts - 1) : shallow(arena, child);
        *link = copy;
        link = &copy->next;
    }
    return object;
}

// The shorter of the texts that read as this number.
static void add_number(XbText *t, double number)
{
    char text[64];
    snprintf(text, sizeof text, "%.15g", number);
    if (strtod(text, NULL) != number)
        snprintf(text, sizeof text, "%.17g", number);
    xb_text_add(t, "%s", text);
}

static void add_leaf(XbText *t, const XbJson *node)
{
    if (node->kind == XB_JSON_STRING)
        xb_text_json_string(t, node->text);
    else if (node->kind == XB_JSON_NUMBER)
        add_number(t, node->number);
    else if (node->kind == XB_JSON_BOOL)
        xb_text_add(t, node->number != 0 ? "true" : "false");
    else
        xb_text_add(t, "null");
}

static void add_node(XbText *t, const XbJson *node, int level);

static void add_children(XbText *t, const XbJson *node, int level)
{
    bool has_lines = node->kind == XB_JSON_OBJECT && level < LINES && node->first;
    for (const XbJson *child = node->first; child; child = child->next) {
        if (has_lines)
            xb_text_add(t, "\n%*s", 2 * level + 2, "");
        if (node->kind == XB_JSON_OBJECT) {
            xb_text_json_string(t, child->key);
            xb_text_add(t, ": ");
        }
        add_node(t, child, level + 1);
        xb_text_add(t, !child->next ? "" : has_lines ? "," : ", ");
    }
    if (has_lines)
        xb_text_add(t, "\n%*s", 2 * level, "");
}

static void add_node(XbText *t, const XbJson *node, int level)
{
    bool is_object = node->kind == XB_JSON_OBJECT;
    if (!is_object && node->kind != XB_JSON_ARRAY) {
        add_leaf(t, node);
        return;
    }
    xb_text_add(t, is_object ? "{" : "[");
    add_children(t, node, level);
    xb_text_add(t, is_object ? "}" : "]");
}

char *xb_json_text(XbArena *arena, const XbJson *document)
{
    XbText t = {.arena = arena};
    add_node(&t, document, 0);
    xb_text_add(&t, "\n");
    return t.data;
}
