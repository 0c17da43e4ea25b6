/* Transfers of libcurl's multi interface side by side, with handles that are used again and again. What
 * waits for the sockets is the program's own matter. */
#ifndef KCASE_BENCH_TRANSFERS_H
#define KCASE_BENCH_TRANSFERS_H

#include <curl/curl.h>

/* Makes the multi handle and a handle for each transfer; starts none. */
CURLM *transfers_open(const char *base_url, const char *authority, long cancels, long side_by_side);

/* Starts as many as may run at a time. */
void transfers_start(void);

/* Looks at those that have ended, and starts the next ones. */
void transfers_turn_over(void);

/* How many cancels are not answered yet. */
long transfers_left(void);

void transfers_close(void);

void must_multi(CURLMcode code);

#endif
