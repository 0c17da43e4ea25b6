/* What a result is expected to claim, and what every result must be like whatever it claims. */
#ifndef KCASE_TEST_CLAIM_H
#define KCASE_TEST_CLAIM_H

#include <kcase.h>
#include <stdbool.h>

/* A status that a statement leaves open. */
#define ANY_STATUS (-1)

typedef struct {
    int32_t outcome;
    int32_t status;       /* 0: none; ANY_STATUS: not looked at */
    const char *reason;   /* NULL: null */
    const char *evidence; /* NULL: "none" */
    bool retriable;
    /* The requests in order, with what came of each: "cancel 422, read 200", "cancel lost" where no
     * answer came, "cancel unsent" where nothing left. NULL: not looked at. */
    const char *attempts;
} claim;

/* Fails unless the result claims just this, and is well-formed: its JSON has the documented members and
 * agrees with the accessors, its outcome, evidence and attempts fit each other, and it holds no secret. */
#define expect_claim(result, ...) claim_check((result), &(claim){__VA_ARGS__}, __FILE__, __LINE__)
void claim_check(const kcase_result *result, const claim *expected, const char *file, int line);

/* Only the second half of it. */
#define expect_well_formed(result) claim_check((result), NULL, __FILE__, __LINE__)

/* How many requests of this name ("cancel", "read", ...) the result lists that may have left. */
long claim_sent(const kcase_result *result, const char *request);

/* A member of the result's JSON as compact text, by its path ("case.canceled"); "absent" if there is
 * none. In memory from malloc. */
char *claim_member(const kcase_result *result, const char *path);

/* Fails unless the member's text is the one given. */
#define expect_member(result, path, text) claim_check_member((result), (path), (text), __FILE__, __LINE__)
void claim_check_member(
    const kcase_result *result, const char *path, const char *text, const char *file, int line);

/* A secret of the test's own that no result may hold: put it where secrets go. */
#define CANARY "c4n4ry.S3cret-of_the~te5t"

#endif
