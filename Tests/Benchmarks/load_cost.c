/*
 * Loads a library into a process that has libcurl and jansson already, and says what that adds.
 *
 *     load_cost LIBRARY
 *
 * Prints one JSON object: the time of dlopen, and how the process has grown by it. "resident" counts every
 * page that was touched, those of the file too, which all processes share; "anonymous" only the pages that
 * are this process's own.
 */
#define _DEFAULT_SOURCE

#include <curl/curl.h>
#include <dlfcn.h>
#include <jansson.h>
#include <stdio.h>
#include <time.h>

struct memory {
    long resident_kb;
    long anonymous_kb;
};

static int read_memory(struct memory *memory)
{
    char line[256];
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    memory->resident_kb = memory->anonymous_kb = -1;
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "Rss: %ld kB", &memory->resident_kb);
        sscanf(line, "Anonymous: %ld kB", &memory->anonymous_kb);
    }
    fclose(file);
    return memory->resident_kb >= 0 && memory->anonymous_kb >= 0;
}

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    struct memory before;
    struct memory after;
    json_t *value;
    double start;
    double end;
    if (argc != 2) {
        fprintf(stderr, "usage: load_cost LIBRARY\n");
        return 2;
    }
    /* Both libraries are there, and in use. */
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (value = json_object()) == NULL) return 1;
    json_decref(value);
    read_memory(&before); /* So that reading it the second time adds nothing. */
    if (!read_memory(&before)) return 1;
    start = now_us();
    if (dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) == NULL) {
        fprintf(stderr, "load_cost: %s\n", dlerror());
        return 1;
    }
    end = now_us();
    if (!read_memory(&after)) return 1;
    printf("{\"dlopen_us\": %.1f, \"resident_kb\": %ld, \"anonymous_kb\": %ld}\n", end - start,
           after.resident_kb - before.resident_kb, after.anonymous_kb - before.anonymous_kb);
    return 0;
}
