/* jansson for the core: its macros and inline reference counting, which Swift cannot import. */
#ifndef KCASE_CJANSSON_SHIM_H
#define KCASE_CJANSSON_SHIM_H

#include <jansson.h>
#include <string.h>

static inline void kc_json_wipe_string(json_t *value)
{
    char *text = (char *)json_string_value(value);
    if (text == NULL) return;
    memset(text, 0, json_string_length(value));
    __asm__ __volatile__("" : : "r"(text) : "memory");
}

/* Gives a tree back, with the strings of its root overwritten, and those of arrays in that: they may be
 * secrets. */
static inline void kc_json_wipe(json_t *root)
{
    void *member = json_object_iter(root);
    size_t index;
    while (member != NULL) {
        json_t *value = json_object_iter_value(member);
        kc_json_wipe_string(value);
        for (index = 0; index < json_array_size(value); index++) {
            kc_json_wipe_string(json_array_get(value, index));
        }
        member = json_object_iter_next(root, member);
    }
    json_decref(root);
}

#endif
