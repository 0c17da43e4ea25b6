/* jansson for the core: its macros and inline reference counting, which Swift cannot import. */
#ifndef KCASE_CJANSSON_SHIM_H
#define KCASE_CJANSSON_SHIM_H

#include <jansson.h>

static inline json_type kc_json_type(const json_t *value) { return json_typeof(value); }
static inline void kc_json_release(json_t *value) { json_decref(value); }

#endif
