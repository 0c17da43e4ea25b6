/* Bad input: refused with a message that names the key and the rule, before anything is sent, and without
 * a word of any secret in it. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "raw_server.h"
#include "text.h"

/* Nothing of what these tests do may reach the service. */
static int nothing_arrived(void **state)
{
    (void)state;
    long requests = sandbox_totals(&test.box).requests;
    test_teardown(state);
    if (requests == 0) return 0;
    print_error("%ld requests arrived\n", requests);
    return -1;
}

#define refusal(test) cmocka_unit_test_setup_teardown(test, test_setup, nothing_arrived)

/* The result is invalid and its message has each of the words; the list ends with NULL. Frees it. */
static void expect_invalid(kcase_result *result, const char *const words[])
{
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    for (size_t index = 0; words[index] != NULL; index++) {
        if (!text_has(kcase_result_message(result), words[index])) {
            fail_msg("\"%s\" is not in: %s", words[index], kcase_result_message(result));
        }
    }
    kcase_result_free(result);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* --- Ids ------------------------------------------------------------------------------------------ */

static void expect_invalid_id(const char *id, const char *rule)
{
    expect_invalid(kcase_cancel(test.client, id, NULL), WORDS("case_id", rule));
    expect_invalid(kcase_status(test.client, id, NULL), WORDS("case_id", rule));
}

static void an_id_is_needed(void **state)
{
    (void)state;
    expect_invalid_id(NULL, "NULL");
    expect_invalid_id("", "empty");
}

static void an_id_that_could_be_read_as_another_address_is_refused(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "a/b", "/", "a/", "/a", "a?b", "?", "a#b", "a%2Fb", "%", "%00", "%2e%2e", "a\\b", "..\\a", "../a"};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        expect_invalid_id(ids[index], "/ \\ ? # %");
    }
    expect_invalid_id(".", "\".\"");
    expect_invalid_id("..", "\"..\"");
}

static void an_id_without_control_characters(void **state)
{
    (void)state;
    for (int byte = 1; byte < 128; byte++) {
        if (byte >= 0x20 && byte != 0x7F) continue;
        char id[4] = {'a', (char)byte, 'b', '\0'};
        expect_invalid_id(id, "control");
    }
    expect_invalid_id("a\r\nHost: evil", "control");
    expect_invalid_id("a\n", "control");
}

static void an_id_without_space_around_it(void **state)
{
    (void)state;
    expect_invalid_id(" a", "space");
    expect_invalid_id("a ", "space");
    expect_invalid_id(" ", "space");
}

/* What files, spreadsheets and mails have around an id, or put into it. */
static void an_id_without_what_was_around_it(void **state)
{
    (void)state;
    static const struct {
        const char *id, *rule, *character;
    } ids[] = {{"\xEF\xBB\xBF" CASE_CANCELABLE, "nobody sees", "U+FEFF, character 1"},
               {CASE_CANCELABLE "\xC2\xA0", "space", "U+00A0, character 37"},
               {CASE_CANCELABLE "\xE2\x80\x8B", "nobody sees", "U+200B, character 37"},
               {"e074241e\xC2\xAD-36e8", "nobody sees", "U+00AD, character 9"},
               {"\xE2\x80\x8F" "e07", "nobody sees", "U+200F"},
               {"e07\xE2\x80\xA8", "space", "U+2028"},
               {"e07\xC2\x85", "control", "U+0085"},
               {"e07\xF3\xA0\x81\x81", "nobody sees", "U+E0041"},
               {"two fields", "space", "U+0020, character 4"},
               {"\"" CASE_CANCELABLE "\"", "quotation mark", "U+0022, character 1"},
               {"{" CASE_CANCELABLE "}", "brace", "U+007B"},
               {CASE_CANCELABLE ",", "comma", "U+002C, character 37"},
               {CASE_CANCELABLE ";", "semicolon", "U+003B"},
               {"<e07>", "bracket", "U+003C"},
               {"e074241e\xE2\x80\x91" "36e8", "dash", "U+2011"}};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        expect_invalid_id(ids[index].id, ids[index].rule);
        expect_invalid_id(ids[index].id, ids[index].character);
    }
}

/* The case id of the result, which is invalid. */
static void expect_shown(kcase_result *result, const char *shown)
{
    assert_string_equal(kcase_result_case_id(result), shown);
    json_t *tree = json_loads(kcase_result_json(result), 0, NULL);
    const char *member = json_string_value(json_object_get(tree, "case_id"));
    assert_string_equal(member == NULL ? "" : member, shown);
    json_decref(tree);
    assert_int_equal(kcase_result_outcome(result), KCASE_INVALID);
    kcase_result_free(result);
}

/* One call, and a batch's case. */
static void expect_shown_id(const char *id, const char *shown)
{
    expect_shown(kcase_cancel(test.client, id, NULL), shown);
    kcase_batch *batch = kcase_batch_new(test.client, NULL, NULL);
    assert_int_equal(kcase_batch_add(batch, id, NULL), KCASE_BATCH_ADDED);
    expect_shown(kcase_batch_next(batch, 1000), shown);
    kcase_batch_free(batch);
}

static void a_refused_id_can_be_found_again(void **state)
{
    (void)state;
    expect_shown_id(NULL, "");
    expect_shown_id("row 7/b", "row 7/b");
    expect_shown_id("\xEF\xBB\xBF" "e07\r\n", "\\u{FEFF}e07\\u{000D}\\u{000A}");
    expect_shown_id("caf\xE9", "caf\xEF\xBF\xBD");
    char *long_id = text_repeat("0123456789", 100);
    char *shown = text_format("%.256s\xE2\x80\xA6", long_id);
    expect_shown_id(long_id, shown);
    free(long_id);
    free(shown);
}

static void a_secret_in_the_place_of_an_id_is_not_told(void **state)
{
    (void)state;
    use_client_with("\"token\": \"" CANARY "\"", "");
    expect_shown_id("Bearer " CANARY, "Bearer ***");
    /* Cut in the middle of it. */
    char *long_id = text_format("%0250d" CANARY, 0);
    char *shown = text_format("%0250d***\xE2\x80\xA6", 0);
    expect_shown_id(long_id, shown);
    free(long_id);
    free(shown);
}

static void an_id_in_utf8(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "a\xC0\x80" "b",         /* overlong NUL */
        "\xC0\xAF",              /* overlong slash */
        "\xE0\x80\xAF",          /* overlong slash, longer */
        "\xC3",                  /* cut off */
        "a\xE2\x82",             /* cut off */
        "\xF0\x9F\x99",          /* cut off */
        "\x80",                  /* begins in the middle */
        "\xED\xA0\x80",          /* a surrogate */
        "\xED\xBF\xBF",          /* a surrogate */
        "\xF4\x90\x80\x80",      /* beyond Unicode */
        "\xF8\x88\x80\x80\x80",  /* five bytes */
        "\xFE", "\xFF", "caf\xE9" /* Latin-1 */
    };
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        expect_invalid_id(ids[index], "UTF-8");
    }
}

static void an_id_of_at_most_256_bytes(void **state)
{
    (void)state;
    char *long_id = text_repeat("a", 257);
    expect_invalid_id(long_id, "256");
    free(long_id);
    char *huge_id = text_repeat("0123456789", 1 << 20);
    int64_t begin = clock_ms();
    expect_invalid_id(huge_id, "256");
    assert_in_range(clock_ms() - begin, 0, 1000);
    free(huge_id);
}

/* --- Configurations ------------------------------------------------------------------------------- */

static void expect_invalid_config(const char *config, const char *const words[])
{
    kcase_result *error = NULL;
    kcase_client *client = kcase_client_new(config, &error);
    if (client != NULL) fail_msg("accepted: %.300s", config);
    assert_non_null(error);
    expect_invalid(error, words);
    assert_null(kcase_client_new(config, NULL));
}

static void a_configuration_is_an_object(void **state)
{
    (void)state;
    expect_invalid_config(NULL, WORDS("config", "NULL"));
    expect_invalid_config("", WORDS("config", "empty"));
    static const char *const others[] = {"[]", "[{}]", "null", "true", "7", "\"token\"", "\"" CANARY "\""};
    for (size_t index = 0; index < sizeof others / sizeof others[0]; index++) {
        expect_invalid_config(others[index], WORDS("config"));
    }
}

static void broken_json_is_told_by_line_and_column(void **state)
{
    (void)state;
    static const char *const broken[] = {"{", "{\"token\": \"" CANARY, "{\"token\": \"" CANARY "\"",
        "{\"token\": " CANARY "}", "{\"token\" \"" CANARY "\"}", "{'token': 1}",
        "{\"token\": \"" CANARY "\",}",
        "{}{}", "{\"a\": \"\xC0\x80\"}", "{\"a\": \"\xFF\"}", "{\"a\": 1e999}",
        "{\"a\": 99999999999999999999999}", "{\"token\": \"" CANARY "\\u0000\"}", "{\"a\\u0000b\": 1}",
        "{\"a\": \"\n\"}", "\xEF\xBB\xBF{}", "{\"a\": \"\\ud800\"}", "{\"timeout_ms\": 010}",
        "{\"timeout_ms\": +1}", "{\"timeout_ms\": NaN}", "{\"a\": /* no */ 1}"};
    for (size_t index = 0; index < sizeof broken / sizeof broken[0]; index++) {
        expect_invalid_config(broken[index], WORDS("config", "line 1", "column"));
    }
    expect_invalid_config("{\n  \"token\": \"" CANARY "\",\n  oops\n}", WORDS("config", "line 3"));
}

static void a_key_is_given_once(void **state)
{
    (void)state;
    expect_invalid_config(
        "{\"environment\": \"stage\", \"environment\": \"stage\", \"token\": \"" CANARY "\"}",
        WORDS("twice"));
    /* the header: each is refused with a message that names it */
    expect_invalid_config("{\"environment\": \"stage\", \"token\": \"" CANARY "\","
                          " \"token\": \"" CANARY "\"}",
        WORDS("token", "twice"));
}

static void an_unknown_key_is_named_with_a_likely_one(void **state)
{
    (void)state;
    static const struct {
        const char *key, *meant;
    } keys[] = {{"timeout", "timeout_ms"}, {"timeoutMs", "timeout_ms"}, {"enviroment", "environment"},
        {"Token", "token"}, {"baseurl", "base_url"}, {"apikey", "api_key"},
        {"max_atempts", "max_attempts"}, {"backoff_base", "backoff_base_ms"}};
    for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
        char *config = text_format(
            "{\"environment\": \"stage\", \"token\": \"" CANARY "\", \"%s\": 1}", keys[index].key);
        expect_invalid_config(config, WORDS("unknown key", keys[index].key, keys[index].meant));
        free(config);
    }
    expect_invalid_config("{\"" CANARY "\": 1}", WORDS("unknown key"));
    expect_invalid_config("{\"\": 1}", WORDS("unknown key"));
    expect_invalid_config("{\"ledger\": \"x\"}", WORDS("unknown key", "ledger"));
}

/* A configuration that is right but for one member. */
static void expect_invalid_member(const char *key, const char *value, const char *rule)
{
    char *config = text_format(
        "{\"environment\": \"stage\", \"token\": \"" CANARY "\", \"%s\": %s}", key, value);
    expect_invalid_config(config, WORDS(key, rule));
    free(config);
}

static void numbers_have_a_type_and_a_range(void **state)
{
    (void)state;
    static const struct {
        const char *key, *range;
        long least, most;
    } numbers[] = {
        {"timeout_ms", "1 to 3600000", 1, 3600000},
        {"connect_timeout_ms", "1 to 3600000", 1, 3600000},
        {"max_attempts", "1 to 20", 1, 20},
        {"backoff_base_ms", "1 to 3600000", 1, 3600000},
        {"backoff_max_ms", "1 to 3600000", 1, 3600000},
        {"max_connections", "1 to 256", 1, 256},
        {"max_response_bytes", "1024 to 1073741824", 1024, 1073741824},
    };
    static const char *const wrong[] = {"-1", "0", "1.5", "1000.0", "1e3", "9223372036854775807",
        "-9223372036854775808", "4294967297", "\"1000\"", "true", "false", "[]", "[1000]", "{}"};
    for (size_t index = 0; index < sizeof numbers / sizeof numbers[0]; index++) {
        for (size_t value = 0; value < sizeof wrong / sizeof wrong[0]; value++) {
            expect_invalid_member(numbers[index].key, wrong[value], numbers[index].range);
        }
        char *below = text_format("%ld", numbers[index].least - 1);
        char *above = text_format("%ld", numbers[index].most + 1);
        expect_invalid_member(numbers[index].key, below, numbers[index].range);
        expect_invalid_member(numbers[index].key, above, numbers[index].range);
        free(below);
        free(above);
        long bounds[] = {numbers[index].least, numbers[index].most};
        for (int bound = 0; bound < 2; bound++) {
            char *config = text_format("{\"environment\": \"stage\", \"token\": \"t\", \"%s\": %ld}",
                numbers[index].key, bounds[bound]);
            kcase_result *error = NULL;
            kcase_client *client = kcase_client_new(config, &error);
            assert_non_null(client);
            assert_null(error);
            kcase_client_free(client);
            free(config);
        }
    }
}

static void texts_have_a_type_and_a_length(void **state)
{
    (void)state;
    static const char *const keys[] = {"proxy", "ca_file", "client_cert", "client_key", "user_agent"};
    static const char *const wrong[] = {"1", "true", "[]", "{}", "\"\"", "[\"x\"]"};
    for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
        for (size_t value = 0; value < sizeof wrong / sizeof wrong[0]; value++) {
            expect_invalid_member(keys[index], wrong[value], "must be");
        }
        char *long_text = text_repeat("x", 5000);
        char *quoted = text_format("\"%s\"", long_text);
        expect_invalid_member(keys[index], quoted, "bytes");
        free(quoted);
        free(long_text);
    }
    expect_invalid_member("user_agent", "\"a\\r\\nX-Evil: 1\"", "control");
    expect_invalid_member("user_agent", "\"\\u00fc\"", "ASCII");
    expect_invalid_member("confirm", "\"sometimes\"", "\"ambiguous\" or \"always\" or \"never\"");
    expect_invalid_member("confirm", "true", "\"ambiguous\" or \"always\" or \"never\"");
}

static void files_must_be_there(void **state)
{
    (void)state;
    expect_invalid_member("ca_file", "\"/nowhere/ca.pem\"", "no such file");
    expect_invalid_member("client_cert", "\"/nowhere/cert.pem\"", "no such file");
    expect_invalid_config("{\"environment\": \"stage\", \"token\": \"t\", \"client_key\": \"/dev/null\"}",
        WORDS("client_cert", "required"));
}

static void a_proxy_has_an_address(void **state)
{
    (void)state;
    static const char *const wrong[] = {"\"ftp://proxy:1\"", "\"http://\"", "\"://\"", "\"http://a b\"",
        "\"file:///etc/passwd\"", "\"http://proxy:99999\"", "\"http://x:" CANARY "@\""};
    for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
        expect_invalid_member("proxy", wrong[index], "must be");
    }
}

static void one_address_exactly(void **state)
{
    (void)state;
    expect_invalid_config("{\"token\": \"" CANARY "\"}", WORDS("environment", "required", "base_url"));
    expect_invalid_config("{\"environment\": \"stage\", \"base_url\": \"https://x\","
                          " \"token\": \"" CANARY "\"}",
        WORDS("base_url", "environment"));
    static const char *const wrong[] = {"\"\"", "\"Stage\"", "\"prod\"", "1", "true", "[]", "{}"};
    for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
        char *config = text_format("{\"environment\": %s, \"token\": \"" CANARY "\"}", wrong[index]);
        expect_invalid_config(config, WORDS("environment", "\"stage\" or \"production\""));
        free(config);
    }
}

static void expect_invalid_address(const char *base_url, const char *rule)
{
    char *config = text_format("{\"base_url\": \"%s\", \"token\": \"" CANARY "\"}", base_url);
    expect_invalid_config(config, WORDS("base_url", rule));
    free(config);
}

static void plain_http_stays_on_this_machine(void **state)
{
    (void)state;
    static const char *const wrong[] = {"http://api.karmacheck.io", "http://10.0.0.1", "http://0.0.0.0",
        "http://169.254.169.254", "http://128.0.0.1", "http://126.255.255.255", "http://127.evil.example",
        "http://127.0.0.1.evil.example", "http://localhost.evil.example", "http://localhost.",
        "http://[::2]", "http://[::ffff:10.0.0.1]", "HTTP://10.0.0.1", "http://127.0.0.256",
        "http://127.0.0.1.5", "http://127.999.0.1", "http://127."};
    text_buffer accepted = {0};
    for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
        char *config = text_format("{\"base_url\": \"%s\", \"token\": \"" CANARY "\"}", wrong[index]);
        kcase_client *client = kcase_client_new(config, NULL);
        if (client != NULL) {
            text_add(&accepted, " ");
            text_add(&accepted, wrong[index]);
        } else {
            expect_invalid_address(wrong[index], "https://");
        }
        kcase_client_free(client);
        free(config);
    }
    if (accepted.count > 0) fail_msg("a token would go over plain HTTP to:%s", accepted.bytes);
    static const char *const right[] = {"http://127.0.0.1", "http://127.0.0.1:1", "http://127.255.255.254/x",
        "http://localhost:8181", "http://[::1]:8181", "https://example.com", "https://example.com:8443/a/b/"};
    for (size_t index = 0; index < sizeof right / sizeof right[0]; index++) {
        char *config = text_format("{\"base_url\": \"%s\", \"token\": \"t\"}", right[index]);
        kcase_client *client = kcase_client_new(config, NULL);
        if (client == NULL) fail_msg("refused: %s", right[index]);
        kcase_client_free(client);
        free(config);
    }
}

static void a_base_address_is_a_place_and_no_more(void **state)
{
    (void)state;
    expect_invalid_address("https://me@example.com", "user name");
    expect_invalid_address("https://me:" CANARY "@example.com", "user name");
    expect_invalid_address("https://@example.com", "user name");
    expect_invalid_address("http://127.0.0.1@evil.example", "user name");
    expect_invalid_address("https://example.com?q=1", "query");
    expect_invalid_address("https://example.com/a?", "query");
    expect_invalid_address("https://example.com#f", "fragment");
    expect_invalid_address("ftp://example.com", "https://");
    expect_invalid_address("file:///etc/passwd", "https://");
    expect_invalid_address("example.com", "https://");
    expect_invalid_address("https://", "https://");
    expect_invalid_address("https:example.com", "https://");
    expect_invalid_address("https://exa mple.com", "https://");
    expect_invalid_address("https://example.com:99999", "https://");
    expect_invalid_address("https://example.com/\\r\\nX: 1", "control");
    expect_invalid_address("", "bytes");
}

static void one_set_of_credentials_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        const char *words[4];
    } sets[] = {
        {"", {"token", "required", "api_key"}},
        {", \"token\": \"" CANARY "\", \"api_key\": \"" CANARY "\"", {"token", "together"}},
        {", \"token\": \"" CANARY "\", \"client_access_token\": \"" CANARY "\"", {"token", "together"}},
        {", \"token\": \"" CANARY "\", \"api_key\": \"" CANARY "\", \"client_access_token\": \"" CANARY "\"",
            {"token", "together"}},
        {", \"api_key\": \"" CANARY "\"", {"client_access_token", "required"}},
        {", \"client_access_token\": \"" CANARY "\"", {"api_key", "required"}},
    };
    for (size_t index = 0; index < sizeof sets / sizeof sets[0]; index++) {
        char *config = text_format("{\"environment\": \"stage\"%s}", sets[index].members);
        expect_invalid_config(config, sets[index].words);
        free(config);
    }
}

static void a_token_fits_into_a_header_line(void **state)
{
    (void)state;
    static const char *const tokens[] = {"\"\"", "\"" CANARY "\\r\\nX-Evil: 1\"",
        "\"a " CANARY "\"",
        "\"" CANARY "\\u00e9\"",
        "\"" CANARY "\xC3\xA9\"", "\"" CANARY "\\u007f\"", "1", "true", "[\"" CANARY "\"]",
        "{\"t\": \"" CANARY "\"}"};
    for (size_t index = 0; index < sizeof tokens / sizeof tokens[0]; index++) {
        char *config = text_format("{\"environment\": \"stage\", \"token\": %s}", tokens[index]);
        expect_invalid_config(config, WORDS("token", "must be"));
        free(config);
    }
    char *long_token = text_repeat("x", 16385);
    char *config = text_format("{\"environment\": \"stage\", \"token\": \"%s\"}", long_token);
    expect_invalid_config(config, WORDS("token", "16384"));
    free(config);
    free(long_token);
}

static void a_key_pair_has_no_control_characters(void **state)
{
    (void)state;
    static const char *const keys[] = {"\"\"", "\"" CANARY "\\nx\"", "7", "false", "[]"};
    for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
        char *config = text_format(
            "{\"environment\": \"stage\", \"api_key\": %s, \"client_access_token\": \"" CANARY "\"}",
            keys[index]);
        expect_invalid_config(config, WORDS("api_key", "must be"));
        free(config);
    }
}

/* As files, headers and templates hand them over. */
static void a_secret_is_without_what_was_around_it(void **state)
{
    (void)state;
    static const struct {
        const char *form, *rule;
    } forms[] = {{"%s\\n", "line end"}, {"%s\\r\\n", "line end"}, {"%s ", "space"}, {" %s", "space"},
        {"%s\\t", "control"}, {"Bearer %s", "header line"}, {"\\\"%s\\\"", "quotation marks"},
        {"%s\xC2\xA0", "U+00A0"}, {"\xEF\xBB\xBF%s", "U+FEFF"}, {"${%s}", "placeholder"}};
    static const char *const keys[] = {"token", "api_key"};
    for (size_t index = 0; index < sizeof forms / sizeof forms[0]; index++) {
        char *value = text_format(forms[index].form, CANARY);
        for (int key = 0; key < 2; key++) {
            char *config = text_format("{\"environment\": \"stage\", \"%s\": \"%s\"}", keys[key], value);
            expect_invalid_config(config, WORDS(keys[key], forms[index].rule));
            free(config);
        }
        free(value);
    }
}

static void a_configuration_is_json_in_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rule;
    } texts[] = {{"\xEF\xBB\xBF{\"token\": \"" CANARY "\"}", "byte-order mark"},
        {"\xFF\xFE{", "UTF-16"}, {"\xFE\xFF", "UTF-16"}, {"{", "UTF-16"}, {"", "UTF-16"},
        {"{\xE2\x80\x9Ctoken\xE2\x80\x9D: \xE2\x80\x9C" CANARY "\xE2\x80\x9D}", "typographic"},
        {"{'token': '" CANARY "'}", "single quotation mark"}, {"{\"token\": \"" CANARY "\",}", "comma"},
        {"# stage\n{\"token\": \"" CANARY "\"}", "comment"}, {"{\" token\": \"" CANARY "\"}", "\"token\""}};
    for (size_t index = 0; index < sizeof texts / sizeof texts[0]; index++) {
        expect_invalid_config(texts[index].text, WORDS("config", texts[index].rule));
    }
}

static void json_that_is_too_deep_or_too_long(void **state)
{
    (void)state;
    static const char *const openings[] = {"[", "{\"a\":"};
    for (size_t index = 0; index < sizeof openings / sizeof openings[0]; index++) {
        char *deep = text_repeat(openings[index], 10000);
        expect_invalid_config(deep, WORDS("config", "deep"));
        free(deep);
    }
    char *much = text_repeat(" ", 100 << 20);
    int64_t begin = clock_ms();
    expect_invalid_config(much, WORDS("config", "1048576"));
    assert_in_range(clock_ms() - begin, 0, 2000);
    free(much);
}

static void a_configuration_has_at_most_a_megabyte(void **state)
{
    (void)state;
    static const char config[] = "{\"environment\": \"stage\", \"token\": \"t\"}";
    char *padding = text_repeat(" ", (1 << 20) - (sizeof config - 1));
    char *full = text_format("%s%s", config, padding);
    kcase_client *client = kcase_client_new(full, NULL);
    assert_non_null(client);
    kcase_client_free(client);
    char *over = text_format("%s ", full);
    expect_invalid_config(over, WORDS("config", "1048576"));
    free(over);
    free(full);
    free(padding);
}

/* --- Options -------------------------------------------------------------------------------------- */

static void expect_invalid_options(const char *options, const char *const words[])
{
    kcase_result *result = kcase_cancel(test.client, CASE_CANCELABLE, options);
    assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
    expect_invalid(result, words);
    expect_invalid(kcase_status(test.client, CASE_CANCELABLE, options), words);
}

static void options_are_an_object(void **state)
{
    (void)state;
    static const char *const broken[] = {
        " x", "[]", "null", "1", "\"\"", "{", "{}{}", "{\"tag\": \"\\u0000\"}",
        "{\"tag\": \"\xFF\"}", "{\"tag\": \"a\", \"tag\": \"a\"}"};
    for (size_t index = 0; index < sizeof broken / sizeof broken[0]; index++) {
        expect_invalid_options(broken[index], WORDS("options"));
    }
}

static void options_are_checked_one_by_one(void **state)
{
    (void)state;
    expect_invalid_options("{\"timeout\": 1}", WORDS("unknown key", "timeout", "timeout_ms"));
    expect_invalid_options("{\"token\": \"" CANARY "\"}", WORDS("unknown key", "token"));
    expect_invalid_options("{\"timeout_ms\": 0}", WORDS("timeout_ms", "1 to 3600000"));
    expect_invalid_options("{\"timeout_ms\": 3600001}", WORDS("timeout_ms", "1 to 3600000"));
    expect_invalid_options("{\"timeout_ms\": 1.0}", WORDS("timeout_ms", "integer"));
    expect_invalid_options("{\"timeout_ms\": \"5\"}", WORDS("timeout_ms", "integer"));
    expect_invalid_options("{\"max_attempts\": 0}", WORDS("max_attempts", "1 to 20"));
    expect_invalid_options("{\"max_attempts\": 21}", WORDS("max_attempts", "1 to 20"));
    expect_invalid_options("{\"confirm\": \"maybe\"}", WORDS("confirm", "must be"));
    expect_invalid_options("{\"confirm\": 1}", WORDS("confirm", "must be"));
    expect_invalid_options("{\"personal_data\": \"yes\"}", WORDS("personal_data", "true or false"));
    expect_invalid_options("{\"personal_data\": 1}", WORDS("personal_data", "true or false"));
    expect_invalid_options("{\"tag\": 1}", WORDS("tag", "256"));
    expect_invalid_options("{\"tag\": \"a\\u0007\"}", WORDS("tag", "control"));
}

static void options_have_limits(void **state)
{
    (void)state;
    char *tag = text_repeat("t", 257);
    char *options = text_format("{\"tag\": \"%s\"}", tag);
    expect_invalid_options(options, WORDS("tag", "256"));
    free(options);
    free(tag);
    char *spaces = text_repeat(" ", 65535);
    options = text_format("{}%s", spaces);
    expect_invalid_options(options, WORDS("options", "65536"));
    free(options);
    free(spaces);
    char *deep = text_repeat("[", 10000);
    expect_invalid_options(deep, WORDS("options", "deep"));
    free(deep);
}

/* --- NULL ----------------------------------------------------------------------------------------- */

static void a_client_is_needed(void **state)
{
    (void)state;
    expect_invalid(kcase_cancel(NULL, CASE_CANCELABLE, NULL), WORDS("client", "NULL"));
    expect_invalid(kcase_status(NULL, CASE_CANCELABLE, NULL), WORDS("client", "NULL"));
    expect_invalid(kcase_check(NULL), WORDS("client", "NULL"));
    expect_invalid(kcase_cancel(NULL, NULL, NULL), WORDS("NULL"));
    expect_invalid(kcase_cancel(NULL, NULL, "{"), WORDS("NULL"));
}

static void a_result_has_the_id_that_the_call_was_given(void **state)
{
    (void)state;
    kcase_result *result = kcase_cancel(NULL, CASE_CANCELABLE, NULL);
    assert_string_equal(kcase_result_case_id(result), CASE_CANCELABLE);
    kcase_result_free(result);
}

static void null_is_freed_and_interrupted_without_harm(void **state)
{
    (void)state;
    kcase_client_free(NULL);
    kcase_client_interrupt(NULL);
    kcase_result_free(NULL);
}

static void a_null_result_reads_as_unknown(void **state)
{
    (void)state;
    assert_int_equal(kcase_result_outcome(NULL), KCASE_UNKNOWN);
    assert_int_equal(kcase_result_http_status(NULL), 0);
    assert_int_equal(kcase_result_is_settled(NULL), 0);
    assert_int_equal(kcase_result_is_retriable(NULL), 0);
    assert_string_equal(kcase_result_case_id(NULL), "");
    assert_string_equal(kcase_result_message(NULL), "");
    assert_string_equal(kcase_result_json(NULL), "{}");
}

static void an_error_is_reset_by_success(void **state)
{
    (void)state;
    int somewhere;
    kcase_result *error = (kcase_result *)&somewhere;
    kcase_client *client = kcase_client_new("{\"environment\": \"stage\", \"token\": \"t\"}", &error);
    assert_non_null(client);
    assert_null(error);
    kcase_client_free(client);
}

/* --- The library itself --------------------------------------------------------------------------- */

static void every_outcome_has_a_name_and_no_other_number_has(void **state)
{
    (void)state;
    static const struct {
        int32_t number;
        const char *name;
    } names[] = {{0, "ok"}, {1, "canceled"}, {2, "already_canceled"}, {10, "refused"}, {11, "not_found"},
        {12, "denied"}, {13, "failed"}, {20, "not_sent"}, {21, "unknown"}, {30, "invalid"}};
    size_t next = 0;
    for (int32_t number = -5; number <= 40; number++) {
        bool is_one = next < sizeof names / sizeof names[0] && names[next].number == number;
        assert_string_equal(kcase_outcome_name(number), is_one ? names[next].name : "unrecognized");
        if (is_one) next++;
    }
    assert_int_equal(next, sizeof names / sizeof names[0]);
    assert_string_equal(kcase_outcome_name(INT32_MAX), "unrecognized");
    assert_string_equal(kcase_outcome_name(INT32_MIN), "unrecognized");
}

static void header_and_library_are_of_one_version(void **state)
{
    (void)state;
    assert_string_equal(kcase_version(), KCASE_VERSION);
    assert_int_equal(kcase_version_number(), KCASE_VERSION_NUMBER);
    assert_int_equal(KCASE_VERSION_NUMBER,
        10000 * KCASE_VERSION_MAJOR + 100 * KCASE_VERSION_MINOR + KCASE_VERSION_PATCH);
}

static void the_build_is_told_as_json(void **state)
{
    (void)state;
    json_t *build = json_loads(kcase_build_info(), JSON_REJECT_DUPLICATES, NULL);
    static const char *const keys[] = {"kcase", "curl", "tls", "jansson", "ca_file", "ca_path", "runtime"};
    assert_int_equal(json_object_size(build), sizeof keys / sizeof keys[0]);
    for (size_t index = 0; index < sizeof keys / sizeof keys[0]; index++) {
        const json_t *value = json_object_get(build, keys[index]);
        bool may_be_null = strncmp(keys[index], "ca_", 3) == 0;
        assert_true(json_is_string(value) || (may_be_null && json_is_null(value)));
    }
    assert_string_equal(json_string_value(json_object_get(build, "kcase")), KCASE_VERSION);
    const char *runtime = json_string_value(json_object_get(build, "runtime"));
    assert_true(text_equal(runtime, "embedded") || text_equal(runtime, "full"));
    assert_ptr_equal(kcase_build_info(), kcase_build_info());
    json_decref(build);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        refusal(an_id_is_needed),
        refusal(an_id_that_could_be_read_as_another_address_is_refused),
        refusal(an_id_without_control_characters),
        refusal(an_id_without_space_around_it),
        refusal(an_id_without_what_was_around_it),
        refusal(a_refused_id_can_be_found_again),
        refusal(a_secret_in_the_place_of_an_id_is_not_told),
        refusal(an_id_in_utf8),
        refusal(an_id_of_at_most_256_bytes),
        refusal(a_configuration_is_an_object),
        refusal(broken_json_is_told_by_line_and_column),
        refusal(a_key_is_given_once),
        refusal(an_unknown_key_is_named_with_a_likely_one),
        refusal(numbers_have_a_type_and_a_range),
        refusal(texts_have_a_type_and_a_length),
        refusal(files_must_be_there),
        refusal(a_proxy_has_an_address),
        refusal(one_address_exactly),
        refusal(plain_http_stays_on_this_machine),
        refusal(a_base_address_is_a_place_and_no_more),
        refusal(one_set_of_credentials_exactly),
        refusal(a_token_fits_into_a_header_line),
        refusal(a_key_pair_has_no_control_characters),
        refusal(a_secret_is_without_what_was_around_it),
        refusal(a_configuration_is_json_in_utf8),
        refusal(json_that_is_too_deep_or_too_long),
        refusal(a_configuration_has_at_most_a_megabyte),
        refusal(options_are_an_object),
        refusal(options_are_checked_one_by_one),
        refusal(options_have_limits),
        refusal(a_client_is_needed),
        refusal(a_result_has_the_id_that_the_call_was_given),
        refusal(null_is_freed_and_interrupted_without_harm),
        refusal(a_null_result_reads_as_unknown),
        refusal(an_error_is_reset_by_success),
        refusal(every_outcome_has_a_name_and_no_other_number_has),
        refusal(header_and_library_are_of_one_version),
        refusal(the_build_is_told_as_json),
    };
    return run_statements("input", statements, suite_setup, suite_teardown);
}
