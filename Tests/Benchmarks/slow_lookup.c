#include "slow_lookup.h"

#include <netdb.h>
#include <stdatomic.h>
#include <unistd.h>

/* Longer than any call is given. */
enum { lookup_us = 900000 };

static atomic_long begun;

int getaddrinfo(const char *restrict name, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    (void)name;
    (void)service;
    (void)hints;
    atomic_fetch_add(&begun, 1);
    usleep(lookup_us);
    *found = NULL;
    return EAI_AGAIN;
}

long slow_lookups_begun(void) { return atomic_load(&begun); }
