/* Batches, for tests that fail when something is not as expected. */
#ifndef KCASE_TEST_BATCHES_H
#define KCASE_TEST_BATCHES_H

#include <kcase.h>
#include <stdbool.h>

/* A batch of the client; options may be NULL. */
kcase_batch *batch_of(kcase_client *client, const char *options);

/* Adds a case, which must be taken. */
void batch_add(kcase_batch *batch, const char *case_id, const char *options);
/* Adds so many of the cases that --cases adds, from the first on; each has its number for a tag. */
void batch_add_cases(kcase_batch *batch, int first, int count);

/* The next result, which must come, well-formed. */
kcase_result *batch_fetch(kcase_batch *batch);
/* Fetches all that is pending; how many had this outcome. */
long batch_fetch_all(kcase_batch *batch, int32_t outcome);

/* A number in the statistics; -1 for null. */
long batch_number(kcase_batch *batch, const char *key);
/* Fails unless the statistics have just the documented members and add up. */
void batch_check_stats(kcase_batch *batch);

/* The number in a result's tag; -1 if it has none. */
int tag_of(const kcase_result *result);

/* Opens descriptors until there is no more, and how many are left open is told to the other. */
int use_up_descriptors(void);
void give_back_descriptors(int count);
/* One of them. */
void give_back_one(int *count);
/* How many descriptors the process has. */
int count_descriptors(void);

#endif
