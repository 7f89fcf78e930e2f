// SPDX-License-Identifier: Apache-2.0
// JSON documents as trees in an arena, and getters that check what they get and report what is
// wrong with its path. Absent keys give the default; a fault gives XB_JSON_BAD or NULL and is
// reported once.
#ifndef XBGEN_BASE_JSON_IN_H
#define XBGEN_BASE_JSON_IN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"

enum { XB_JSON_BAD = INT_MIN };  // what a getter returns for a value it has reported

typedef enum {
    XB_JSON_NULL,
    XB_JSON_BOOL,
    XB_JSON_NUMBER,
    XB_JSON_STRING,
    XB_JSON_ARRAY,
    XB_JSON_OBJECT
} XbJsonKind;

typedef struct XbJson {
    XbJsonKind kind;
    const char *key;                    // of a member, else NULL
    const char *text;                   // of a string
    double number;                      // of a number; of a bool: 0 or 1
    const struct XbJson *first, *next;  // elements or members; the next sibling
} XbJson;

// An object being read. It is made on the reader's stack and must not outlive the one it came from.
typedef struct XbJsonObject {
    XbDiags *d;
    const char *file;
    const XbJson *node;  // NULL when the object is absent: every key has its default then
    XbPath here;         // without key and `up`: the document itself
} XbJsonObject;

// Parses one JSON document of at most 1 MiB; keys are unique in each object, objects have at most
// 4096 members. Reports [json-syntax] with line and column, [json-limit] and [json-duplicate-key];
// NULL if any.
const XbJson *xb_json_parse(XbArena *arena, XbDiags *d, const char *file, const char *text,
                            size_t size);

// The document as an object; reports [json-object] when it is something else.
XbJsonObject xb_json_root(XbDiags *d, const char *file, const XbJson *document);

// The member `key` as an object; reports [json-object] when it is something else.
XbJsonObject xb_json_object(const XbJsonObject *object, const char *key);

// Element `index` of the list at `key` as an object; reports [json-object] when it is something
// else.
XbJsonObject xb_json_item(const XbJsonObject *object, const char *key, int index);

// Reports every member that is not in `keys`, a NULL-terminated list: [json-unknown-key].
void xb_json_known(const XbJsonObject *object, const char *const *keys);

// The member `key`, or NULL.
const XbJson *xb_json_find(const XbJsonObject *object, const char *key);

// The member `key` of a node; NULL if there is none, or the node is NULL or no object.
const XbJson *xb_json_member(const XbJson *node, const char *key);

// The member `key` where it is a number, else `absent`.
double xb_json_number(const XbJson *node, const char *key, double absent);

// Elements of a list or members of an object; 0 of anything else, or NULL.
int xb_json_count(const XbJson *node);

// An integer lo..hi.
int xb_json_int(const XbJsonObject *object, const char *key, const char *code, int lo, int hi,
                int fallback);

// The index of the word in `words`, a NULL-terminated list.
int xb_json_choice(const XbJsonObject *object, const char *key, const char *code,
                   const char *const *words, int fallback);

// true or false.
bool xb_json_bool(const XbJsonObject *object, const char *key, const char *code, bool fallback);

// A string that is not empty, or NULL.
const char *xb_json_string(const XbJsonObject *object, const char *key, const char *code);

// What stands at a node, for messages: `17`, `"abc"`, `an object`.
const char *xb_json_shown(XbArena *arena, const XbJson *node);

// Reports an error at the member `key`.
void xb_json_report(const XbJsonObject *object, const char *key, const char *code,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
