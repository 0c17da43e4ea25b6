#define _DEFAULT_SOURCE

#include "watch.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cost.h"

struct sample {
    long done;
    long resident_kb;
    long descriptors;
};

static struct sample samples[samples_max];
static long taken;
static long step_count;

static long resident_kb(void)
{
    char text[128];
    long pages = -1;
    int file = open("/proc/self/statm", O_RDONLY);
    ssize_t bytes = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0) close(file);
    if (bytes <= 0) fail("/proc/self/statm", "cannot be read");
    text[bytes] = '\0';
    if (sscanf(text, "%*d %ld", &pages) != 1) fail("/proc/self/statm", "is not as expected");
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Without the one that this needs itself. */
static long descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    long count = -1;
    if (folder == NULL) fail("/proc/self/fd", "cannot be read");
    while ((entry = readdir(folder)) != NULL) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

void watch_begin(long count)
{
    taken = 0;
    step_count = count;
}

void watch_step(long done)
{
    struct sample *sample;
    if (taken == samples_max || done < (taken + 1) * step_count / samples_max) return;
    sample = &samples[taken++];
    sample->done = done;
    sample->resident_kb = resident_kb();
    sample->descriptors = descriptors();
}

void watch_print(void)
{
    long index;
    printf("\"samples\": [");
    for (index = 0; index < taken; index++) {
        printf("%s[%ld, %ld, %ld]", index > 0 ? ", " : "", samples[index].done, samples[index].resident_kb,
               samples[index].descriptors);
    }
    printf("]");
}
