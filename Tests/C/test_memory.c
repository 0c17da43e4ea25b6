/* The password of a proxy does not stay in memory when its client is gone, or was never made. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* Spelled such that the program itself has it nowhere: each letter is one less. */
static const char HIDDEN[] = "qspyz.qbttxpse.52:86";
enum { LENGTH = sizeof HIDDEN - 1 };

static int is_password(const char *place)
{
    for (int index = 0; index < LENGTH; index++) {
        if (place[index] != HIDDEN[index] - 1) return 0;
    }
    return 1;
}

static int count_in(const char *start, const char *end)
{
    int found = 0;
    for (const char *place = start; place + LENGTH <= end; place++) {
        place = memchr(place, HIDDEN[0] - 1, (size_t)(end - place));
        if (place == NULL || place + LENGTH > end) break;
        if (is_password(place)) found++;
    }
    return found;
}

/* How often the password is in memory that can be written, this thread's stack apart. */
static int count_in_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    char line[512];
    int found = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long start, end;
        char access[8];
        if (sscanf(line, "%lx-%lx %7s", &start, &end, access) != 3) continue;
        if (strncmp(access, "rw", 2) != 0 || strstr(line, "[stack]") != NULL) continue;
        found += count_in((const char *)start, (const char *)end);
    }
    fclose(maps);
    return found;
}

/* The configuration, whose text is wiped behind. */
static int is_made(const char *before, const char *behind)
{
    static char config[512];
    int length = snprintf(config, sizeof config,
        "{\"environment\": \"stage\", \"token\": \"t\", \"proxy\": \"%s", before);
    for (int index = 0; index < LENGTH; index++) config[length++] = (char)(HIDDEN[index] - 1);
    snprintf(config + length, sizeof config - (size_t)length, "%s\"}", behind);
    assert_int_equal(count_in_memory(), 1);
    kcase_result *error = NULL;
    kcase_client *client = kcase_client_new(config, &error);
    memset(config, 0, sizeof config);
    int was_made = client != NULL;
    if (was_made) assert_true(count_in_memory() > 0);
    kcase_client_free(client);
    kcase_result_free(error);
    return was_made;
}

static void a_proxy_s_password_goes_with_its_client(void **state)
{
    (void)state;
    assert_true(is_made("http://user:", "@proxy:1"));
    assert_int_equal(count_in_memory(), 0);
}

static void a_password_that_was_refused_goes_too(void **state)
{
    (void)state;
    assert_false(is_made("http://user:", "%09@proxy:1"));
    assert_false(is_made("http://user:", "@proxy:99999"));
    assert_false(is_made("htp://user:", "@proxy:1"));
    assert_false(is_made("http://user:", "#@proxy:1"));
    assert_int_equal(count_in_memory(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proxy_s_password_goes_with_its_client),
        cmocka_unit_test(a_password_that_was_refused_goes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
