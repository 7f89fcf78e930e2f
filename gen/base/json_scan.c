// SPDX-License-Identifier: Apache-2.0
// A strict JSON grammar check: cJSON accepts more than JSON and cannot say where a fault is. This
// can, and keeps from cJSON whatever it would misread.
#include "base/json_scan.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_DEPTH = 32, MAX_NUMBER = 60 };

typedef struct Scan {
    const char *start, *at, *end;
    int depth;
    XbJsonFault fault;
} Scan;

static bool fail_with(Scan *s, const char *code, const char *text)
{
    s->fault = (XbJsonFault){.code = code, .text = text, .offset = (size_t)(s->at - s->start)};
    return false;
}

static bool fail(Scan *s, const char *text)
{
    const char *end = s->start == s->end ? "the file is empty" : "the file ends too early";
    return fail_with(s, "json-syntax", s->at == s->end ? end : text);
}

static int peek(const Scan *s) { return s->at < s->end ? (unsigned char)*s->at : -1; }

static bool take(Scan *s, char c)
{
    if (peek(s) != c)
        return false;
    s->at++;
    return true;
}

static void skip_space(Scan *s)
{
    while (s->at < s->end && *s->at && strchr(" \t\r\n", *s->at))
        s->at++;
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static int hex_value(int c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The four digits after "\u", or -1.
static int take_hex4(Scan *s)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(peek(s));
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
        s->at++;
    }
    return value;
}

static bool scan_unicode(Scan *s)
{
    int code = take_hex4(s);
    if (code < 0)
        return fail(s, "\\u needs four hexadecimal digits");
    if (code == 0)
        return fail_with(s, "json-syntax", "\\u0000 is not allowed in a string");
    if (code < 0xd800 || code > 0xdfff)
        return true;
    bool is_pair = code < 0xdc00 && take(s, '\\') && take(s, 'u');
    int low = is_pair ? take_hex4(s) : -1;
    return (low >= 0xdc00 && low <= 0xdfff) || fail(s, "half of a surrogate pair is missing");
}

static bool scan_escape(Scan *s)
{
    int c = peek(s);
    if (c <= 0 || !strchr("\"\\/bfnrtu", c))
        return fail(s, "this escape is not known; use \\\\ for a backslash");
    s->at++;
    return c != 'u' || scan_unicode(s);
}

// One character of more than one byte: shortest form, no surrogates, up to U+10FFFF.
static bool scan_utf8(Scan *s)
{
    static const unsigned least[5] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned first = (unsigned char)*s->at;
    int bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    unsigned code = first & (0x7fu >> bytes);
    bool is_good = first >= 0xc2 && first <= 0xf4 && s->end - s->at >= bytes;
    for (int i = 1; is_good && i < bytes; i++) {
        unsigned next = (unsigned char)s->at[i];
        is_good = (next & 0xc0) == 0x80;
        code = code << 6 | (next & 0x3f);
    }
    bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    if (!is_good || code < least[bytes] || code > 0x10ffff || is_surrogate)
        return fail(s, "this byte is not UTF-8");
    s->at += bytes;
    return true;
}

static bool scan_string(Scan *s)
{
    s->at++;  // the quote
    while (!take(s, '"')) {
        int c = peek(s);
        if (c < 0x20)
            return fail(s, "a control character in a string; is a quote missing?");
        if (c >= 0x80) {
            if (!scan_utf8(s))
                return false;
            continue;
        }
        s->at++;
        if (c == '\\' && !scan_escape(s))
            return false;
    }
    return true;
}

static bool scan_digits(Scan *s)
{
    if (!is_digit(peek(s)))
        return fail(s, "a digit is expected");
    while (is_digit(peek(s)))
        s->at++;
    return true;
}

static bool scan_number(Scan *s)
{
    const char *start = s->at;
    take(s, '-');
    if (take(s, '0')) {
        if (is_digit(peek(s)))
            return fail(s, "a number must not begin with 0");
    } else if (!scan_digits(s)) {
        return false;
    }
    if (take(s, '.') && !scan_digits(s))
        return false;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (!scan_digits(s))
            return false;
    }
    if (s->at - start <= MAX_NUMBER)
        return true;
    s->at = start;
    return fail_with(s, "json-limit", "this number is longer than 60 characters");
}

static bool scan_word(Scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(s->end - s->at) < length || memcmp(s->at, words[i], length) != 0)
            continue;
        s->at += length;
        return true;
    }
    if (peek(s) == '/' || peek(s) == '#')
        return fail(s, "JSON has no comments");
    return fail(s, peek(s) == 0 ? "a NUL byte; this is not a text file" : "a value is expected");
}

static bool scan_value(Scan *s);

static bool scan_member(Scan *s)
{
    skip_space(s);
    if (peek(s) != '"')
        return fail(s, "a key in double quotes is expected");
    if (!scan_string(s))
        return false;
    skip_space(s);
    return (take(s, ':') || fail(s, "':' is expected")) && scan_value(s);
}

static bool scan_object(Scan *s)
{
    s->at++;  // the brace
    skip_space(s);
    if (take(s, '}'))
        return true;
    do {
        if (!scan_member(s))
            return false;
        skip_space(s);
    } while (take(s, ','));
    return take(s, '}') || fail(s, "',' or '}' is expected");
}

static bool scan_array(Scan *s)
{
    s->at++;  // the bracket
    skip_space(s);
    if (take(s, ']'))
        return true;
    do {
        if (!scan_value(s))
            return false;
        skip_space(s);
    } while (take(s, ','));
    return take(s, ']') || fail(s, "',' or ']' is expected");
}

static bool scan_value(Scan *s)
{
    skip_space(s);
    int c = peek(s);
    if (c == '"')
        return scan_string(s);
    if (c == '-' || is_digit(c))
        return scan_number(s);
    if (c != '{' && c != '[')
        return scan_word(s);
    if (s->depth == MAX_DEPTH)
        return fail_with(s, "json-limit", "objects and arrays are nested deeper than 32 levels");
    s->depth++;
    bool is_good = c == '{' ? scan_object(s) : scan_array(s);
    s->depth--;
    return is_good;
}

XbJsonFault xb_json_scan(const char *text, size_t size)
{
    Scan s = {.start = text, .at = text, .end = text + size};
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        fail(&s, "the file begins with a byte-order mark; save it as UTF-8 without one");
    else if (scan_value(&s)) {
        skip_space(&s);
        if (s.at < s.end)
            fail(&s, "something follows the end of the document");
    }
    return s.fault;
}
