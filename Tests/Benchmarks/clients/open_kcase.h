/* A client of kcase as the programs here use it. */
#ifndef KCASE_BENCH_OPEN_KCASE_H
#define KCASE_BENCH_OPEN_KCASE_H

#include <kcase.h>

/* `authority`: a PEM file to trust, or NULL. */
kcase_client *open_kcase_client(const char *base_url, const char *authority, int connections);

/* Ends the program if the case was not canceled. */
void must_be_canceled(const kcase_result *result);

#endif
