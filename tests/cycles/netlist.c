// SPDX-License-Identifier: Apache-2.0
#include "netlist.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "cycles: ");
    vfprintf(stderr, format, list);
    fprintf(stderr, "\n");
    va_end(list);
    exit(3);
}

void *take(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        fail("no memory");
    return p;
}

static char *file_text(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.sv", folder, name);
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        fail("%s cannot be read", path);
    long size = ftell(f);
    char *text = take((size_t)size + 1, 1);
    rewind(f);
    if (fread(text, 1, (size_t)size, f) != (size_t)size)
        fail("%s cannot be read", path);
    fclose(f);
    return text;
}

static char *copied(const char *from, const char *to)
{
    char *text = take((size_t)(to - from) + 1, 1);
    memcpy(text, from, (size_t)(to - from));
    return text;
}

static const char *word_end(const char *s)
{
    while (isalnum((unsigned char)*s) || *s == '_')
        s++;
    return s;
}

// `.name (text)` of a line; false if the line is something else.
static bool read_pair(const char *line, Pair *out)
{
    line += strspn(line, " ");
    if (*line != '.')
        return false;
    const char *end = word_end(line + 1), *open = end + strspn(end, " ");
    const char *stop = strchr(open, '\n'), *close = stop;
    while (close > open && *close != ')')
        close--;
    if (*open != '(' || close <= open)
        fail("xb_top.sv: a connection that is none: %.40s", line);
    *out = (Pair){copied(line + 1, end), copied(open + 1, close)};
    return true;
}

static const char *next_line(const char *s)
{
    const char *end = strchr(s, '\n');
    if (!end)
        fail("xb_top.sv ends within an instance");
    return end + 1;
}

static void add_pair(Pair **list, int *count, Pair p)
{
    *list = realloc(*list, (size_t)(*count + 1) * sizeof **list);
    if (!*list)
        fail("no memory");
    (*list)[(*count)++] = p;
}

// An instance, from its first line on; returns the line behind it.
static const char *read_instance(const char *line, Instance *out)
{
    const char *name = line + 2;
    Pair p;
    out->cell = copied(name, word_end(name));
    bool has_parameters = strncmp(word_end(name), " #(", 3) == 0;
    if (!has_parameters)
        out->name = copied(word_end(name) + 1, word_end(word_end(name) + 1));
    for (line = next_line(line); strncmp(line, "  );", 4) != 0; line = next_line(line)) {
        if (strncmp(line, "  ) ", 4) == 0)
            out->name = copied(line + 4, word_end(line + 4));
        else if (read_pair(line, &p) && !out->name)
            add_pair(&out->parameter, &out->parameters, p);
        else if (read_pair(line, &p))
            add_pair(&out->port, &out->ports, p);
    }
    return next_line(line);
}

Netlist netlist_read(const char *folder)
{
    Netlist n = {0};
    const char *line = file_text(folder, "xb_top");
    while (*line) {
        if (strncmp(line, "  xb_", 5) != 0) {
            line = next_line(line);
            continue;
        }
        Instance i = {0};
        line = read_instance(line, &i);
        i.cell_text = file_text(folder, i.cell);
        n.instance = realloc(n.instance, (size_t)(n.instances + 1) * sizeof i);
        if (!n.instance)
            fail("no memory");
        n.instance[n.instances++] = i;
    }
    return n;
}

static bool read_number(const char *text, int64_t *out)
{
    char *end;
    *out = strtoll(text, &end, 10);
    return end != text && *(end + strspn(end, " ")) == '\0';
}

// `parameter int name = 5,` in a cell's source.
static bool read_default(const char *text, const char *name, int64_t *out)
{
    size_t size = strlen(name);
    for (const char *s = text; (s = strstr(s, "parameter int")) != NULL;) {
        s += strlen("parameter int");
        s += strspn(s, " ");
        if (strncmp(s, name, size) != 0 || word_end(s) != s + size)
            continue;
        s += size;
        s += strspn(s, " =");
        *out = strtoll(s, NULL, 10);
        return isdigit((unsigned char)*s) || *s == '-';
    }
    return false;
}

static bool read_set(const Instance *i, const char *name, int64_t *out)
{
    for (int k = 0; k < i->parameters; k++) {
        if (strcmp(i->parameter[k].name, name) != 0)
            continue;
        if (!read_number(i->parameter[k].text, out))
            fail("%s: %s is %s", i->name, name, i->parameter[k].text);
        return true;
    }
    return false;
}

int64_t parameter_or(const Instance *i, const char *name, int64_t other)
{
    int64_t value;
    return read_set(i, name, &value) ? value : other;
}

int64_t parameter(const Instance *i, const char *name)
{
    int64_t value;
    if (read_set(i, name, &value))
        return value;
    if (!read_default(i->cell_text, name, &value))
        fail("%s: no parameter %s", i->name, name);
    return value;
}

const char *port(const Instance *i, const char *name)
{
    for (int k = 0; k < i->ports; k++)
        if (strcmp(i->port[k].name, name) == 0)
            return i->port[k].text;
    return NULL;
}
