/* Ids and options by their length, as hosts hand them over whose texts have no NUL. */
#include <stdlib.h>
#include <string.h>

#include "batch_fixture.h"
#include "batches.h"
#include "fixture.h"
#include "text.h"

/* Memory that ends where the text does: valgrind tells if anything beyond is read. */
static char *exact(const char *text, size_t count)
{
    char *memory = malloc(count > 0 ? count : 1);
    if (memory != NULL && count > 0) memcpy(memory, text, count);
    return memory;
}

static kcase_result *cancel_counted(const char *id, size_t id_bytes, const char *options)
{
    char *own_id = exact(id, id_bytes);
    char *own_options = options == NULL ? NULL : exact(options, strlen(options));
    kcase_result *result = kcase_cancel_n(test.client, own_id, (int32_t)id_bytes, own_options,
        options == NULL ? 0 : (int32_t)strlen(options));
    free(own_options);
    free(own_id);
    return result;
}

static void expect_invalid(kcase_result *result, const char *word)
{
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(result));
    }
    kcase_result_free(result);
    assert_int_equal(sandbox_totals(&test.box).requests, 0);
}

static void a_field_is_taken_without_its_filling(void **state)
{
    (void)state;
    static const char fillings[][8] = {"", " ", "    ", "\0\0\0", " \0 ", "\0  "};
    static const size_t counts[] = {0, 1, 4, 3, 3, 3};
    for (size_t index = 0; index < sizeof counts / sizeof counts[0]; index++) {
        text_buffer field = {0};
        text_add(&field, CASE_CANCELABLE);
        text_append(&field, fillings[index], counts[index]);
        sandbox_reset(&test.box);
        kcase_result *result = cancel_counted(field.bytes, field.count, "{\"tag\": \"7\"}   ");
        expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
        assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
        assert_string_equal(kcase_result_text(result, "tag"), "7");
        kcase_result_free(result);
        text_free(&field);
    }
}

/* A PIC X(40) without an end: the next field of the record belongs to nobody's URL. */
static void what_stands_behind_a_blank_or_a_nul_is_refused(void **state)
{
    (void)state;
    static const char neighbor[] = CASE_CANCELABLE "    DOE       JANE";
    static const char cut[] = CASE_CANCELABLE "\0" CASE_CANCELED;
    expect_invalid(cancel_counted(neighbor, sizeof neighbor - 1, NULL), "must not hold a space");
    expect_invalid(kcase_cancel(test.client, neighbor, NULL), "must not hold a space");
    expect_invalid(cancel_counted(cut, sizeof cut - 1, NULL), "control character (U+0000");
    expect_invalid(cancel_counted(" " CASE_CANCELABLE, 37, NULL), "must not hold a space");
    expect_invalid(cancel_counted(CASE_CANCELABLE "\n", 37, NULL), "line's end");
}

static void a_length_counts(void **state)
{
    (void)state;
    kcase_result *result = cancel_counted(CASE_CANCELABLE "99", strlen(CASE_CANCELABLE), NULL);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    kcase_result_free(result);
    sandbox_reset(&test.box);
    char *id = text_repeat("x", 257);
    expect_invalid(cancel_counted(id, 257, NULL), "256");
    free(id);
    expect_invalid(cancel_counted("", 0, NULL), "empty");
    expect_invalid(cancel_counted("        ", 8, NULL), "empty");
    expect_invalid(cancel_counted("\xFF\xFE", 2, NULL), "UTF-8");
}

static void wrong_lengths_are_refused(void **state)
{
    (void)state;
    static const int32_t lengths[] = {-1, INT32_MIN};
    for (int index = 0; index < 2; index++) {
        int32_t wrong = lengths[index];
        expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, wrong, NULL, 0), "case_id: its length");
        expect_invalid(kcase_cancel_n(test.client, NULL, wrong, NULL, 0), "case_id: its length");
        expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, 36, "{}", wrong), "options: its length");
        expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, 36, NULL, wrong), "options: its length");
    }
    expect_invalid(kcase_cancel_n(test.client, NULL, 0, NULL, 0), "case_id: must not be NULL");
    expect_invalid(kcase_cancel_n(test.client, NULL, 36, NULL, 0), "case_id: must not be NULL");
    expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, 36, NULL, 2), "options: must not be NULL");
    expect_invalid(kcase_cancel_n(NULL, CASE_CANCELABLE, 36, NULL, 0), "client");
}

static void blank_options_are_none(void **state)
{
    (void)state;
    static const char *const options[] = {"", " ", "  \t\r\n  "};
    for (size_t index = 0; index < sizeof options / sizeof options[0]; index++) {
        kcase_result *results[] = {kcase_cancel(test.client, CASE_CANCELABLE, options[index]),
            cancel_counted(CASE_CANCELABLE, strlen(CASE_CANCELABLE), options[index]),
            kcase_status(test.client, CASE_CANCELABLE, options[index])};
        for (int place = 0; place < 3; place++) {
            assert_int_not_equal(kcase_result_outcome(results[place]), KCASE_INVALID);
            kcase_result_free(results[place]);
        }
    }
    expect_cancel_with("\0{", CASE("02"), .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
}

static void options_are_read_to_their_length(void **state)
{
    (void)state;
    static const char cut[] = "{\"tag\": \"a\"}\0{";
    expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, 36, cut, sizeof cut - 1), "options");
    expect_invalid(kcase_cancel_n(test.client, CASE_CANCELABLE, 36, "{} ", 1), "options");
    char *spaces = text_repeat(" ", 65535);
    char *options = text_format("{}%s}", spaces);
    expect_invalid(cancel_counted(CASE_CANCELABLE, 36, options), "65536");
    free(options);
    free(spaces);
}

static void a_batch_takes_them_too(void **state)
{
    (void)state;
    assert_int_equal(kcase_batch_add_n(NULL, CASE_CANCELABLE, 36, NULL, 0), KCASE_BATCH_CLOSED);
    batch = batch_of(test.client, NULL);
    char *id = exact(CASE_CANCELABLE "   ", 39);
    char *options = exact("{\"tag\": \"1\"}", 12);
    assert_int_equal(kcase_batch_add_n(batch, id, 39, options, 12), KCASE_BATCH_ADDED);
    free(options);
    free(id);
    kcase_result *result = batch_fetch(batch);
    expect_claim(result, .outcome = KCASE_CANCELED, .status = 200, .evidence = "response");
    assert_int_equal(tag_of(result), 1);
    assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
    kcase_result_free(result);
    sandbox_reset(&test.box);
    assert_int_equal(kcase_batch_add_n(batch, CASE_CANCELABLE, -1, NULL, 0), KCASE_BATCH_ADDED);
    expect_invalid(batch_fetch(batch), "case_id: its length");
    assert_int_equal(kcase_batch_add_n(batch, CASE_CANCELABLE, 36, NULL, 1), KCASE_BATCH_ADDED);
    expect_invalid(batch_fetch(batch), "options: must not be NULL");
}

/* --- Without anything to free ---------------------------------------------------------------------- */

static void a_message_fills_its_field(void **state)
{
    (void)state;
    char message[80];
    memset(message, '#', sizeof message);
    int32_t outcome = kcase_cancel_simple(test.client, CASE_CANCELABLE "    ", 40, message, 79);
    assert_int_equal(outcome, KCASE_CANCELED);
    assert_int_equal(message[79], '#');
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELED, NULL);
    outcome = kcase_cancel_simple(test.client, CASE_CANCELED, 36, message, 79);
    assert_int_equal(outcome, kcase_result_outcome(result));
    size_t length = strlen(kcase_result_message(result));
    assert_in_range(length, 1, 78);
    assert_memory_equal(message, kcase_result_message(result), length);
    for (size_t place = length; place < 79; place++) assert_int_equal(message[place], ' ');
    kcase_result_free(result);
}

static void a_message_is_not_needed(void **state)
{
    (void)state;
    char field[4] = "####";
    assert_int_equal(kcase_cancel_simple(test.client, CASE_CANCELABLE, 36, NULL, 80), KCASE_CANCELED);
    assert_int_equal(kcase_cancel_simple(test.client, NULL, 0, field, 0), KCASE_INVALID);
    assert_int_equal(kcase_cancel_simple(test.client, "", 0, field, -4), KCASE_INVALID);
    assert_memory_equal(field, "####", 4);
    assert_int_equal(kcase_cancel_simple(NULL, CASE_CANCELABLE, 36, field, 4), KCASE_INVALID);
    assert_memory_equal(field, "clie", 4);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        in_a_batch(a_field_is_taken_without_its_filling),
        in_a_batch(what_stands_behind_a_blank_or_a_nul_is_refused),
        in_a_batch(a_length_counts),
        in_a_batch(wrong_lengths_are_refused),
        in_a_batch(blank_options_are_none),
        in_a_batch(options_are_read_to_their_length),
        in_a_batch(a_batch_takes_them_too),
        in_a_batch(a_message_fills_its_field),
        in_a_batch(a_message_is_not_needed),
    };
    return run_statements("counted_text", statements, batch_suite_setup, suite_teardown);
}
