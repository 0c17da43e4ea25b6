#define _DEFAULT_SOURCE

#include "cost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double microseconds(struct timeval time) { return (double)time.tv_sec * 1e6 + (double)time.tv_usec; }

double wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

struct cost spent(void)
{
    struct rusage usage;
    struct cost cost;
    getrusage(RUSAGE_SELF, &usage);
    cost.user = microseconds(usage.ru_utime);
    cost.system = microseconds(usage.ru_stime);
    cost.wall = wall_us();
    return cost;
}

struct cost difference(struct cost after, struct cost before)
{
    struct cost cost = {after.user - before.user, after.system - before.system, after.wall - before.wall};
    return cost;
}

void print_cost_of_each(const char *name, struct cost all, long cancels, long requests)
{
    double count = (double)cancels;
    printf("\"mode\": \"%s\", \"cancels\": %ld, \"requests\": %ld, \"cpu_us\": %.3f, \"user_us\": %.3f, "
           "\"system_us\": %.3f, \"wall_us\": %.3f",
           name, cancels, requests, (all.user + all.system) / count, all.user / count, all.system / count,
           all.wall / count);
}

long parse_count(const char *text, long most)
{
    char *end;
    long count;
    errno = 0;
    count = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' && count >= 1 && count <= most ? count : 0;
}

void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void fail_by_status(const char *case_id, long status)
{
    char text[32];
    snprintf(text, sizeof text, "HTTP %ld", status);
    fail(case_id, text);
}

void write_case_id(char *text, long number)
{
    snprintf(text, case_id_room, "e074241e-36e8-444b-bf55-%012lx", (unsigned long)number);
}
