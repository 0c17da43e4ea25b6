#include "members.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* What kcase_result_text() is to say of a value, in memory from malloc. */
static char *text_of(const char *path, const json_t *value)
{
    if (json_is_null(value)) return text_format("%s", "");
    if (json_is_string(value)) return text_format("%s", json_string_value(value));
    if (strcmp(path, "attempts") == 0) return text_format("%zu", json_array_size(value));
    return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
}

static bool is_copied(const kcase_result *result, const char *path, const char *text)
{
    char field[16];
    int32_t length = (int32_t)strlen(text);
    int32_t room = (int32_t)sizeof field;
    if (kcase_result_copy(result, path, field, room) != length) return false;
    int32_t kept = length < room ? length : room;
    /* less, where a character would have been cut */
    while (length > room && kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80) kept--;
    if (memcmp(field, text, (size_t)kept) != 0) return false;
    for (int32_t place = kept; place < room; place++) {
        if (field[place] != ' ') return false;
    }
    return true;
}

static bool is_right(const kcase_result *result, const char *path, const json_t *value)
{
    char *text = text_of(path, value);
    const char *found = kcase_result_text(result, path);
    bool right = text_equal(found, text) && is_copied(result, path, text);
    /* what is kept, is kept once */
    right = right && kcase_result_text(result, path) == found;
    free(text);
    return right;
}

static char *wrong_below(const kcase_result *result, const char *path, const json_t *value)
{
    const char *dot = *path == '\0' ? "" : ".";
    const char *key;
    json_t *inner;
    size_t place;
    char *wrong = NULL;
    if (*path != '\0' && !is_right(result, path, value)) return text_format("%s", path);
    json_object_foreach((json_t *)value, key, inner)
    {
        char *longer = text_format("%s%s%s", path, dot, key);
        if (wrong == NULL) wrong = wrong_below(result, longer, inner);
        free(longer);
    }
    json_array_foreach(value, place, inner)
    {
        char *longer = text_format("%s%s%zu", path, dot, place);
        if (wrong == NULL) wrong = wrong_below(result, longer, inner);
        free(longer);
    }
    return wrong;
}

char *wrong_member_text(const kcase_result *result, const json_t *json)
{
    return wrong_below(result, "", json);
}
