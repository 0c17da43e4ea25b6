/* A result's members as texts, held against its JSON. */
#ifndef KCASE_TEST_MEMBERS_H
#define KCASE_TEST_MEMBERS_H

#include <jansson.h>
#include <kcase.h>

/* The path of the first member whose text is not what the JSON says, in memory from malloc; NULL if all
 * are. */
char *wrong_member_text(const kcase_result *result, const json_t *json);

#endif
