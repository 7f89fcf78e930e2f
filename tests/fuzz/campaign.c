// SPDX-License-Identifier: Apache-2.0
// A fuzz target without libFuzzer: runs the files it is given, or mutates them. Inputs depend on
// the seed alone. They run in a child; one that ends it is kept, with what the child said, and the
// next child goes on behind it.
#include "fuzz.h"
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "xbgen/file.h"

enum { MOST_FILES = 4096, MOST_FINDINGS = 100, LINE = 200, MOST_SECONDS = 10 };

// Asking for more memory than this is a finding too.
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=1024:hard_rss_limit_mb=4096";
}

typedef struct Shared {  // between parent and child
    int64_t next;        // run that is at work, or comes next
    FuzzInput input;     // its input
    int64_t reached[FUZZ_STAGES];
} Shared;

typedef struct Campaign {
    int files;
    char **file;
    int64_t runs, seconds, seed;
    const char *folder;  // for what is found
    FuzzInput *input;    // [files]
    Shared *shared;
    int findings;
    char finding[MOST_FINDINGS][LINE];
    int64_t times[MOST_FINDINGS];
    time_t end;
} Campaign;

static bool read_file(const char *path, FuzzInput *input)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    input->size = fread(input->data, 1, sizeof input->data, f);
    bool is_whole = feof(f) && !ferror(f);
    fclose(f);
    return is_whole && input->size > 0;
}

static bool read_files(Campaign *c)
{
    c->input = calloc((size_t)c->files, sizeof *c->input);
    for (int i = 0; i < c->files; i++)
        if (!c->input || !read_file(c->file[i], &c->input[i])) {
            fprintf(stderr, "%s: cannot be read, is empty or longer than %d bytes\n", c->file[i],
                    (int)FUZZ_ROOM);
            return false;
        }
    return true;
}

// ---- the child ----

// A run has so much of the processor; what needs more is ended by the signal.
static void set_limit(void)
{
    struct itimerval limit = {.it_value = {.tv_sec = MOST_SECONDS}};
    setitimer(ITIMER_PROF, &limit, NULL);
}

static void run_all(const Campaign *c)
{
    Shared *s = c->shared;
    for (; s->next < c->runs && time(NULL) < c->end; s->next++) {
        s->input = c->input[s->next % c->files];
        fuzz_mutate(&s->input, (uint64_t)(c->seed * INT64_C(1000003) + s->next));
        set_limit();
        LLVMFuzzerTestOneInput(s->input.data, s->input.size);
    }
}

static void log_name(const Campaign *c, char name[LINE])
{
    snprintf(name, LINE, "%s/current.log", c->folder);
}

// True if the child came to the end of its runs.
static bool run_child(const Campaign *c)
{
    char log[LINE];
    log_name(c, log);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen(log, "w", stderr))
            exit(3);
        setvbuf(stderr, NULL, _IONBF, 0);  // a last word comes before an abort
        run_all(c);
        exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

// ---- what was found ----

static bool cut_at(char *line, const char *mark)
{
    char *at = strstr(line, mark);
    if (at)
        at[strlen(mark)] = '\0';
    return at != NULL;
}

// What tells one finding from another: the place in the program, not the numbers.
static void name_finding(const Campaign *c, char name[LINE])
{
    char line[LINE], log[LINE];
    log_name(c, log);
    snprintf(name, LINE, "%s", "no word: more time than it has, or a signal");
    FILE *f = fopen(log, "r");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        bool is_place = cut_at(line, "runtime error") || strstr(line, "check failed") ||
                        strstr(line, "SUMMARY");
        if (is_place || strstr(line, "out of memory") || strstr(line, "Assertion"))
            snprintf(name, LINE, "%s", line);
        if (is_place)
            break;
    }
    if (f)
        fclose(f);
}

static void keep(const Campaign *c, int number)
{
    char from[LINE], to[LINE];
    snprintf(to, LINE, "%s/finding%d.bin", c->folder, number);
    FILE *f = fopen(to, "wb");
    if (!f || fwrite(c->shared->input.data, 1, c->shared->input.size, f) != c->shared->input.size)
        fprintf(stderr, "%s cannot be written\n", to);
    if (f)
        fclose(f);
    log_name(c, from);
    snprintf(to, LINE, "%s/finding%d.log", c->folder, number);
    rename(from, to);
}

static void note(Campaign *c)
{
    char name[LINE];
    int i = 0;
    name_finding(c, name);
    while (i < c->findings && strcmp(c->finding[i], name) != 0)
        i++;
    if (i < c->findings) {
        c->times[i]++;
        return;
    }
    if (i == MOST_FINDINGS)
        return;
    memcpy(c->finding[i], name, sizeof name);
    c->times[c->findings++] = 1;
    keep(c, i);
    printf("FAILED: %s/finding%d.bin, run %lld: %s\n", c->folder, i, (long long)c->shared->next,
           name);
}

// ---- the program ----

// Memory that children write and their parent reads.
static Shared *share(void)
{
    FILE *f = tmpfile();
    if (!f || ftruncate(fileno(f), sizeof(Shared)) != 0)
        return NULL;
    void *memory = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(f), 0);
    fclose(f);
    return memory == MAP_FAILED ? NULL : memory;
}

static void print_campaign(const Campaign *c)
{
    const int64_t *n = c->shared->reached;
    for (int i = 0; i < c->findings; i++)
        if (c->times[i] > 1)
            printf("%lld times: %s\n", (long long)c->times[i], c->finding[i]);
    printf("%lld inputs of %d files, seed %lld: %lld accepted, %lld planned, %lld run, %lld "
           "compared; %d findings\n",
           (long long)c->shared->next, c->files, (long long)c->seed, (long long)n[FUZZ_ACCEPTED],
           (long long)n[FUZZ_PLANNED], (long long)n[FUZZ_RUN], (long long)n[FUZZ_COMPARED],
           c->findings);
}

static bool mutate_files(Campaign *c)
{
    c->shared = share();
    if (!c->shared || !read_files(c))
        return false;
    fuzz_reached = c->shared->reached;
    while (!run_child(c)) {
        note(c);
        c->shared->next++;
    }
    print_campaign(c);
    free(c->input);
    return c->findings == 0;
}

static bool run_files(const Campaign *c)
{
    static FuzzInput input;
    for (int i = 0; i < c->files; i++) {
        if (!read_file(c->file[i], &input)) {
            fprintf(stderr, "%s cannot be read\n", c->file[i]);
            return false;
        }
        LLVMFuzzerTestOneInput(input.data, input.size);
    }
    printf("%d files run\n", c->files);
    return true;
}

static bool take_option(Campaign *c, const char *name, const char *value)
{
    int64_t number = strtoll(value, NULL, 10);
    if (strcmp(name, "--runs") == 0)
        c->runs = number;
    else if (strcmp(name, "--seconds") == 0)
        c->seconds = number;
    else if (strcmp(name, "--seed") == 0)
        c->seed = number;
    else if (strcmp(name, "--keep") == 0)
        c->folder = value;
    else
        return false;
    return true;
}

int main(int argc, char **argv)
{
    Campaign c = {.folder = ".", .seconds = 1 << 30};
    int at = 1;
    while (at + 1 < argc && strncmp(argv[at], "--", 2) == 0 &&
           take_option(&c, argv[at], argv[at + 1]))
        at += 2;
    c.files = argc - at;
    c.file = argv + at;
    if (c.files < 1 || c.files > MOST_FILES || argv[at][0] == '-') {
        fprintf(stderr,
                "usage: %s FILE...\n       %s --runs N [--seconds N] [--seed N] [--keep FOLDER] "
                "FILE...\n",
                argv[0], argv[0]);
        return 2;
    }
    c.end = time(NULL) + c.seconds;
    return (c.runs ? mutate_files(&c) : run_files(&c)) ? 0 : 1;
}
