/* The call that a row of the table is about. */
#ifndef KCASE_TABLE_CALL_H
#define KCASE_TABLE_CALL_H

#include <jansson.h>
#include <kcase.h>
#include <stdbool.h>

/* How a host calls. */
typedef enum {
    BY_TEXT,  /* Texts that end with a NUL. */
    BY_LENGTH /* Fields of a fixed length: cancels only. */
} call_form;

/* A member that is text; NULL for null and where there is none. */
const char *text_at(const json_t *object, const char *key);

/* Whether the row's operation can be called so. */
bool call_has_form(const json_t *row, call_form form);

/* Makes a client of the row's configuration and makes the call: its result, or the one that says why there
 * is no client. What it claims of a fixture is held against the sandbox. */
kcase_result *call(const json_t *row, call_form form);

#endif
