#include "process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

void give_up(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static long entries(const char *path)
{
    DIR *directory = opendir(path);
    long count = 0;
    if (directory == NULL) give_up(path, "cannot be read");
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

/* Counted page by page; /proc/self/statm is only about right. */
static long resident_kb(void)
{
    char line[256];
    long resident = -1;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    if (file == NULL) give_up("smaps_rollup", "cannot be read");
    while (fgets(line, sizeof line, file) != NULL) sscanf(line, "Rss: %ld kB", &resident);
    fclose(file);
    if (resident < 0) give_up("smaps_rollup", "does not say it");
    return resident;
}

holdings process_holdings(void)
{
    return (holdings){
        .resident_kb = resident_kb(),
        .descriptors = entries("/proc/self/fd") - 1, /* the one that reads them */
        .threads = entries("/proc/self/task"),
    };
}

void print_growth(long count, holdings before, holdings after)
{
    printf("{\"count\": %ld, \"resident_kb\": [%ld, %ld], \"descriptors\": [%ld, %ld], "
           "\"threads\": [%ld, %ld]}\n",
        count, before.resident_kb, after.resident_kb, before.descriptors, after.descriptors, before.threads,
        after.threads);
}

long parse_count(const char *text, long least)
{
    char *end;
    long count = strtol(text, &end, 10);
    if (*end != '\0' || count < least) give_up(text, "is not a count, or too small");
    return count;
}
