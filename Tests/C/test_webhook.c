/* Webhooks: only what the service sent is believed, and what it says is told without a name or a secret. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "claim.h"
#include "cmocka_all.h"
#include "signing.h"
#include "text.h"

/* The example that the scheme's documents give. */
#define PUBLISHED_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define PUBLISHED_ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define PUBLISHED_TIME "1614265330"
#define PUBLISHED_SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define PUBLISHED_BODY "{\"test\": 2432232314}"

#define CASE_ID "e074241e-36e8-444b-bf55-bb4dad6d3f3d"
#define CANCELED_ID "4155584b-708c-4108-86a8-8f3321b9b17c"
#define EVENT(members)                                                                       \
    "{\"messageId\": \"m-1\", \"event\": \"case.statuschange\", \"apiTrackingCode\": \"r-1\"," \
    " \"eventObject\": {\"id\": \"" CASE_ID "\", " members "}}"
#define PENDING "\"caseStatus\": \"Pending\", \"caseStatusId\": \"d894b8a0-937e-46b1-8799-15bad611844f\""

/* What a message is made of; a NULL header is left out. */
typedef struct {
    const char *id, *timestamp, *signature, *authorization, *body;
    const char *secrets, *options;
} message;

static kcase_result *parse(const message *sent)
{
    json_t *headers = json_object();
    const char *const names[] = {"Webhook-Id", "webhook-timestamp", "WEBHOOK-SIGNATURE", "authorization"};
    const char *const values[] = {sent->id, sent->timestamp, sent->signature, sent->authorization};
    for (size_t index = 0; index < 4; index++) {
        if (values[index] != NULL) json_object_set_new(headers, names[index], json_string(values[index]));
    }
    char *text = json_dumps(headers, 0);
    kcase_result *result = kcase_webhook_parse(
        sent->body, (int32_t)strlen(sent->body), text, sent->secrets, sent->options);
    free(text);
    json_decref(headers);
    return result;
}

static void expect_parsed(const message *sent, int32_t outcome, const char *reason)
{
    kcase_result *result = parse(sent);
    expect_claim(result, .outcome = outcome, .reason = reason,
        .evidence = outcome == KCASE_INVALID ? NULL : "response", .attempts = "");
    if (outcome != KCASE_OK) expect_member(result, "event", "absent");
    kcase_result_free(result);
}

static message published(void)
{
    return (message){PUBLISHED_ID, PUBLISHED_TIME, PUBLISHED_SIGNATURE, NULL, PUBLISHED_BODY,
        "{\"signing_secrets\": [\"" PUBLISHED_SECRET "\"]}", "{\"received_at\": " PUBLISHED_TIME "}"};
}

/* --- Signatures ----------------------------------------------------------------------------------- */

static void the_published_example_is_genuine(void **state)
{
    (void)state;
    message sent = published();
    kcase_result *result = parse(&sent);
    expect_claim(result, .outcome = KCASE_OK, .evidence = "response", .attempts = "");
    expect_member(result, "event.id", "\"" PUBLISHED_ID "\"");
    expect_member(result, "event.timestamp", PUBLISHED_TIME);
    expect_member(result, "event.type", "null");
    expect_member(result, "event.means_canceled", "\"unknown\"");
    kcase_result_free(result);
}

/* Every byte of a part, changed to some others. */
static void expect_refused_if_changed(const message *sent, const char **part)
{
    char *changed = strdup(*part);
    *part = changed;
    for (size_t place = 0; changed[place] != '\0'; place++) {
        char original = changed[place];
        for (int other = 1; other < 128; other += 3) {
            changed[place] = (char)(other == original ? other + 1 : other);
            kcase_result *result = parse(sent);
            int32_t outcome = kcase_result_outcome(result);
            kcase_result_free(result);
            if (outcome != KCASE_DENIED) fail_msg("byte %zu, changed to %d: %d", place, other, outcome);
        }
        changed[place] = original;
    }
    free(changed);
}

static void every_byte_that_is_changed_is_found(void **state)
{
    (void)state;
    message sent = published();
    expect_refused_if_changed(&sent, &sent.id);
    sent = published();
    expect_refused_if_changed(&sent, &sent.timestamp);
    sent = published();
    expect_refused_if_changed(&sent, &sent.signature);
    sent = published();
    expect_refused_if_changed(&sent, &sent.body);
}

static void what_is_cut_or_added_is_found(void **state)
{
    (void)state;
    message sent = published();
    const char *const bodies[] = {"", " " PUBLISHED_BODY, PUBLISHED_BODY "\n", "{\"test\":2432232314}"};
    for (size_t index = 0; index < sizeof bodies / sizeof bodies[0]; index++) {
        sent.body = bodies[index];
        expect_parsed(&sent, KCASE_DENIED, "signature");
    }
    sent = published();
    const char *const signatures[] = {"", "v1,", "v1", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", PUBLISHED_SIGNATURE "=", "\xC3\xA9",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF="};
    for (size_t index = 0; index < sizeof signatures / sizeof signatures[0]; index++) {
        sent.signature = signatures[index];
        expect_parsed(&sent, KCASE_DENIED, "signature");
    }
    sent = published();
    sent.signature = NULL;
    expect_parsed(&sent, KCASE_DENIED, "signature");
    sent = published();
    sent.id = NULL;
    expect_parsed(&sent, KCASE_DENIED, "signature");
    sent = published();
    sent.timestamp = NULL;
    expect_parsed(&sent, KCASE_DENIED, "signature");
}

static void one_signature_of_several_and_one_key_of_several_are_enough(void **state)
{
    (void)state;
    message sent = published();
    sent.signature = "v1,bm9uZQ== v1a,eA== " PUBLISHED_SIGNATURE " v1,AAAA";
    sent.secrets = "{\"signing_secrets\": [\"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                   " \"" PUBLISHED_SECRET "\"]}";
    expect_parsed(&sent, KCASE_OK, NULL);
    sent.secrets = "{\"signing_secrets\": [\"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"]}";
    expect_parsed(&sent, KCASE_DENIED, "signature");
    const char *const headers =
        "{\"webhook-id\": \"" PUBLISHED_ID "\", \"webhook-timestamp\": \"" PUBLISHED_TIME "\","
        " \"webhook-signature\": [\"v1,bm9uZQ==\", \"" PUBLISHED_SIGNATURE "\"]}";
    kcase_result *result = kcase_webhook_parse(PUBLISHED_BODY, sizeof PUBLISHED_BODY - 1, headers,
        published().secrets, published().options);
    assert_int_equal(kcase_result_outcome(result), KCASE_OK);
    kcase_result_free(result);
}

/* The id or the time given twice: which of them was signed is a guess. */
static void an_id_is_given_once(void **state)
{
    (void)state;
    kcase_result *result = kcase_webhook_parse(PUBLISHED_BODY, sizeof PUBLISHED_BODY - 1,
        "{\"webhook-id\": \"" PUBLISHED_ID "\", \"Webhook-Id\": \"another\", \"webhook-timestamp\": \""
        PUBLISHED_TIME "\", \"webhook-signature\": \"" PUBLISHED_SIGNATURE "\"}",
        published().secrets, published().options);
    expect_claim(result, .outcome = KCASE_DENIED, .reason = "signature", .evidence = "response",
        .attempts = "");
    kcase_result_free(result);
}

/* A message signed by the test, with whatever id and time. */
static int32_t outcome_of(const char *id, const char *timestamp, const char *options)
{
    static const unsigned char key[24] = "a key of twenty-four byt";
    char *encoded = base64_of(key, sizeof key);
    char *secrets = text_format("{\"signing_secrets\": [\"whsec_%s\"]}", encoded);
    char *signature = signature_of(id, timestamp, "{}", 2, key, sizeof key);
    message sent = {id, timestamp, signature, NULL, "{}", secrets, options};
    kcase_result *result = parse(&sent);
    int32_t outcome = kcase_result_outcome(result);
    kcase_result_free(result);
    free(signature);
    free(secrets);
    free(encoded);
    return outcome;
}

static void a_time_is_decimal_and_an_id_has_no_full_stop(void **state)
{
    (void)state;
    const char *const options = "{\"received_at\": 1614265330}";
    assert_int_equal(outcome_of("m", "1614265330", options), KCASE_OK);
    const char *const times[] = {"+1614265330", "01614265330", "1614265330.0", " 1614265330", "1614265330 ",
        "1.61426533e9", "0x60379c32", "NaN", "inf", "", "-1", "16142653301614265330", "1614265330\xD9\xA0"};
    for (size_t index = 0; index < sizeof times / sizeof times[0]; index++) {
        assert_int_equal(outcome_of("m", times[index], options), KCASE_DENIED);
    }
    const char *const ids[] = {"", "a.b", ".", "a b", "a\xC3\xA9", "a\n"};
    for (size_t index = 0; index < sizeof ids / sizeof ids[0]; index++) {
        assert_int_equal(outcome_of(ids[index], "1614265330", options), KCASE_DENIED);
    }
}

static void the_tolerance_has_two_edges(void **state)
{
    (void)state;
    assert_int_equal(outcome_of("m", "1000000", "{\"received_at\": 1000300}"), KCASE_OK);
    assert_int_equal(outcome_of("m", "1000000", "{\"received_at\": 1000301}"), KCASE_DENIED);
    assert_int_equal(outcome_of("m", "1000000", "{\"received_at\": 999700}"), KCASE_OK);
    assert_int_equal(outcome_of("m", "1000000", "{\"received_at\": 999699}"), KCASE_DENIED);
    assert_int_equal(outcome_of("m", "1000000", "{\"received_at\": 1000001, \"tolerance_s\": 1}"), KCASE_OK);
    assert_int_equal(
        outcome_of("m", "1000000", "{\"received_at\": 1000002, \"tolerance_s\": 1}"), KCASE_DENIED);
    message sent = published();
    sent.options = NULL;
    expect_parsed(&sent, KCASE_DENIED, "timestamp");
    char *now = text_format("%lld", (long long)time(NULL));
    assert_int_equal(outcome_of("m", now, NULL), KCASE_OK);
    free(now);
}

/* --- A user name and a password -------------------------------------------------------------------- */

#define CREDENTIALS "{\"username\": \"host\", \"password\": \"" CANARY "\"}"

static void expect_credentials(const char *authorization, const char *body, bool are_right)
{
    message sent = {NULL, NULL, NULL, authorization, body, CREDENTIALS, NULL};
    expect_parsed(&sent, are_right ? KCASE_OK : KCASE_DENIED, are_right ? NULL : "credentials");
}

static void credentials_may_come_in_a_header_or_in_the_body(void **state)
{
    (void)state;
    char *encoded = base64_of("host:" CANARY, strlen("host:" CANARY));
    char *basic = text_format("Basic %s", encoded);
    char *small = text_format("bAsIc %s", encoded);
    char *cut = text_format("Basic %.*s", (int)strlen(encoded) - 4, encoded);
    expect_credentials(basic, "{}", true);
    expect_credentials(small, "{}", true);
    expect_credentials(cut, "{}", false);
    expect_credentials(encoded, "{}", false);
    expect_credentials("Bearer " CANARY, "{}", false);
    expect_credentials("Basic ", "{}", false);
    expect_credentials(NULL, "{}", false);
    expect_credentials(NULL, "{\"username\": \"host\", \"password\": \"" CANARY "\"}", true);
    expect_credentials(NULL, "{\"username\": \"Host\", \"password\": \"" CANARY "\"}", false);
    expect_credentials(NULL, "{\"username\": \"host\", \"password\": \"" CANARY "x\"}", false);
    expect_credentials(NULL, "{\"username\": \"host\", \"password\": null}", false);
    expect_credentials(NULL, "{\"username\": \"\", \"password\": \"\"}", false);
    free(cut);
    free(small);
    free(basic);
    free(encoded);
}

static void what_is_given_is_demanded(void **state)
{
    (void)state;
    message sent = published();
    sent.secrets = "{\"signing_secrets\": [\"" PUBLISHED_SECRET "\"], \"username\": \"host\","
                   " \"password\": \"" CANARY "\"}";
    expect_parsed(&sent, KCASE_DENIED, "credentials");
    sent.signature = NULL;
    sent.body = "{\"username\": \"host\", \"password\": \"" CANARY "\"}";
    expect_parsed(&sent, KCASE_DENIED, "signature");
}

/* --- What it says --------------------------------------------------------------------------------- */

static kcase_result *event(const char *body)
{
    char *encoded = base64_of("host:" CANARY, strlen("host:" CANARY));
    char *basic = text_format("Basic %s", encoded);
    message sent = {NULL, NULL, NULL, basic, body, CREDENTIALS, NULL};
    kcase_result *result = parse(&sent);
    expect_claim(result, .outcome = KCASE_OK, .evidence = "response", .attempts = "");
    free(basic);
    free(encoded);
    return result;
}

static void expect_means_canceled(const char *body, const char *means)
{
    kcase_result *result = event(body);
    expect_member(result, "event.means_canceled", means);
    kcase_result_free(result);
}

static void an_event_tells_of_a_case(void **state)
{
    (void)state;
    kcase_result *result =
        event(EVENT(PENDING ", \"secondaryCaseStatusId\": null, \"candidateEmail\": \"a@example.com\","
                            " \"packageName\": \"Check " CANARY "\", \"archived\": 0"));
    expect_member(result, "event.id", "\"m-1\"");
    expect_member(result, "event.type", "\"case.statuschange\"");
    expect_member(result, "event.timestamp", "null");
    expect_member(result, "event.case_id", "\"" CASE_ID "\"");
    expect_member(result, "event.means_canceled", "false");
    expect_member(result, "event.state.caseStatus", "\"Pending\"");
    expect_member(result, "event.state.apiTrackingCode", "\"r-1\"");
    expect_member(result, "event.state.archived", "0");
    expect_member(result, "event.state.packageName", "\"Check ***\"");
    expect_member(result, "event.state.candidateEmail", "absent");
    kcase_result_free(result);
}

static void an_event_means_canceled_only_if_it_says_so(void **state)
{
    (void)state;
    const char *const canceled = "\"secondaryCaseStatusId\": \"" CANCELED_ID "\"";
    char *body = text_format(EVENT("%s, %s"), PENDING, canceled);
    expect_means_canceled(body, "true");
    free(body);
    expect_means_canceled(EVENT(PENDING), "false");
    expect_means_canceled(EVENT(PENDING ", \"secondaryStatus\": \"Canceled\""), "\"unknown\"");
    expect_means_canceled(EVENT(PENDING ", \"secondaryCaseStatusId\": 7"), "\"unknown\"");
    expect_means_canceled(EVENT("\"secondaryStatus\": null"), "\"unknown\"");
    expect_means_canceled(
        "{\"event\": \"case.statuschange\", \"eventObject\": {" PENDING "}}", "\"unknown\"");
    expect_means_canceled("{\"event\": \"case.statuschange\"}", "\"unknown\"");
    expect_means_canceled("{\"event\": \"other\", \"eventObject\": {" PENDING "}}", "\"unknown\"");
    expect_means_canceled("[]", "\"unknown\"");
    expect_means_canceled("not JSON", "\"unknown\"");
}

static void a_screening_that_is_canceled_is_no_canceled_case(void **state)
{
    (void)state;
    kcase_result *result = event(
        "{\"event\": \"casedata.statuschange\", \"eventObject\": {\"id\": \"data-1\", \"caseId\": \"" CASE_ID
        "\", \"status\": \"canceled\", \"statusId\": \"3d726502-d2e2-4d10-859b-8a218f22086d\","
        " \"candidateEmail\": \"a@example.com\", \"details\": {\"name\": \"somebody\"}}}");
    expect_member(result, "event.case_id", "\"" CASE_ID "\"");
    expect_member(result, "event.means_canceled", "\"unknown\"");
    expect_member(result, "event.state.status", "\"canceled\"");
    expect_member(result, "event.state.id", "\"data-1\"");
    assert_false(text_has(kcase_result_json(result), "somebody"));
    assert_false(text_has(kcase_result_json(result), "example.com"));
    kcase_result_free(result);
}

/* --- Input ---------------------------------------------------------------------------------------- */

static void expect_invalid(kcase_result *result, const char *word)
{
    expect_claim(result, .outcome = KCASE_INVALID, .reason = "input", .attempts = "");
    if (!text_has(kcase_result_message(result), word)) {
        fail_msg("\"%s\" is not in: %s", word, kcase_result_message(result));
    }
    kcase_result_free(result);
}

static void a_secret_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *secrets, *word;
    } cases[] = {{"{}", "signing_secrets: is required"}, {"{\"signing_secrets\": []}", "array of 1 to 16"},
        {"{\"signing_secrets\": \"" PUBLISHED_SECRET "\"}", "array"},
        {"{\"signing_secrets\": [7]}", "each must be a string"},
        {"{\"signing_secrets\": [\"\"]}", "must begin with"},
        {"{\"signing_secrets\": [\"whsec_\"]}", "24 to 64"},
        {"{\"signing_secrets\": [\"whsec_c2hvcnQ=\"]}", "24 to 64"},
        {"{\"signing_secrets\": [\"whsec_not base64, but long enough, is it?\"]}", "base64"},
        {"{\"signing_secrets\": [\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\"]}", "base64"},
        {"{\"signing_secrets\": [\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS_\"]}", "base64"},
        {"{\"signing_secrets\": [\"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"]}", "must begin with"},
        {"{\"signing_secrets\": [\"" PUBLISHED_SECRET "\\n\"]}", "line end"},
        {"{\"signing_secrets\": [\"" PUBLISHED_SECRET "\", \"\"]}", "must begin with"},
        {"{\"username\": \"host\"}", "password"}, {"{\"password\": \"" CANARY "\"}", "username"},
        {"{\"username\": \"\", \"password\": \"\"}", "username"}, {"{\"secrets\": []}", "unknown key"},
        {"{\"signing_secrets\": null, \"username\": \"host\", \"password\": \"" CANARY "\"}",
            "signing_secrets: must not be null"},
        {"{\"signing_secrets\": [\"" PUBLISHED_SECRET "\"], \"username\": null, \"password\": null}",
            "username: must not be null"}};
    for (size_t index = 0; index < sizeof cases / sizeof cases[0]; index++) {
        expect_invalid(kcase_webhook_parse("{}", 2, "{}", cases[index].secrets, NULL), cases[index].word);
    }
    char *long_key = text_repeat("A", 88);
    char *secrets = text_format("{\"signing_secrets\": [\"whsec_%s\"]}", long_key);
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", secrets, NULL), "24 to 64");
    free(secrets);
    free(long_key);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    const char *const secrets = published().secrets;
    expect_invalid(kcase_webhook_parse(NULL, 0, "{}", secrets, NULL), "body");
    expect_invalid(kcase_webhook_parse("{}", -1, "{}", secrets, NULL), "body_bytes");
    expect_invalid(kcase_webhook_parse("{}", INT32_MAX, "{}", secrets, NULL), "body_bytes");
    expect_invalid(kcase_webhook_parse("{}", 2, NULL, secrets, NULL), "headers");
    expect_invalid(kcase_webhook_parse("{}", 2, "[]", secrets, NULL), "headers");
    expect_invalid(kcase_webhook_parse("{}", 2, "{\"a\": 7}", secrets, NULL), "headers");
    expect_invalid(kcase_webhook_parse("{}", 2, "{\"a\": [\"b\", {}]}", secrets, NULL), "headers");
    expect_invalid(kcase_webhook_parse("{}", 2, "{", secrets, NULL), "headers");
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", NULL, NULL), "secrets");
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", secrets, "{\"tolerance_s\": 0}"), "tolerance_s");
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", secrets, "{\"tolerance_s\": 86401}"), "tolerance_s");
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", secrets, "{\"received_at\": -1}"), "received_at");
    expect_invalid(kcase_webhook_parse("{}", 2, "{}", secrets, "{\"received_at\": 1.5}"), "received_at");
    kcase_result *result = kcase_webhook_parse("{}", 2, "{}", secrets, "{\"tag\": \"row 7\"}");
    expect_member(result, "tag", "\"row 7\"");
    kcase_result_free(result);
}

/* --- Whatever comes ------------------------------------------------------------------------------- */

static uint64_t seed = 1;

static unsigned chance(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

/* A text with some of its bytes changed, taken out or doubled. In memory from malloc. */
static char *damaged(const char *text)
{
    size_t count = strlen(text);
    char *copy = malloc(2 * count + 8);
    memcpy(copy, text, count + 1);
    for (unsigned left = chance(3); left > 0 && count > 0; left--) {
        size_t place = chance((unsigned)count);
        switch (chance(4)) {
        case 0: copy[place] = (char)(1 + chance(255)); break;
        case 1: copy[place] = "\"\\{}[],:.=+ "[chance(12)]; break;
        case 2:
            memmove(copy + place, copy + place + 1, count - place);
            count--;
            break;
        default:
            memmove(copy + place + 1, copy + place, count - place + 1);
            count++;
        }
    }
    return copy;
}

/* KCASE_FUZZED is how many; make test has a few thousands. */
static void no_input_does_harm_or_is_believed(void **state)
{
    (void)state;
    const char *wish = getenv("KCASE_FUZZED");
    long count = wish != NULL ? atol(wish) : 20000;
    const char *const headers =
        "{\"webhook-id\": \"" PUBLISHED_ID "\", \"webhook-timestamp\": \"" PUBLISHED_TIME
        "\", \"webhook-signature\": \"" PUBLISHED_SIGNATURE "\"}";
    long believed = 0;
    for (long number = 0; number < count; number++) {
        char *body = damaged(PUBLISHED_BODY);
        char *head = damaged(headers);
        char *secrets = chance(4) == 0 ? damaged(published().secrets) : strdup(published().secrets);
        kcase_result *result = kcase_webhook_parse(
            body, (int32_t)strlen(body), head, secrets, published().options);
        if (kcase_result_outcome(result) == KCASE_OK) {
            believed++;
            /* What is signed is as it was; beside it, JSON may have been written in another way. */
            if (strcmp(body, PUBLISHED_BODY) != 0 || !text_has(head, PUBLISHED_ID) ||
                !text_has(head, PUBLISHED_TIME) || !text_has(head, PUBLISHED_SIGNATURE)) {
                fail_msg("number %ld is believed: %s %s", number, body, head);
            }
        }
        if (!text_has(kcase_result_json(result), "\"outcome\"")) fail_msg("number %ld has no JSON", number);
        kcase_result_free(result);
        free(secrets);
        free(head);
        free(body);
    }
    assert_true(believed > 0);
}

int main(void)
{
    const struct CMUnitTest statements[] = {
        cmocka_unit_test(the_published_example_is_genuine),
        cmocka_unit_test(every_byte_that_is_changed_is_found),
        cmocka_unit_test(what_is_cut_or_added_is_found),
        cmocka_unit_test(one_signature_of_several_and_one_key_of_several_are_enough),
        cmocka_unit_test(an_id_is_given_once),
        cmocka_unit_test(a_time_is_decimal_and_an_id_has_no_full_stop),
        cmocka_unit_test(the_tolerance_has_two_edges),
        cmocka_unit_test(credentials_may_come_in_a_header_or_in_the_body),
        cmocka_unit_test(what_is_given_is_demanded),
        cmocka_unit_test(an_event_tells_of_a_case),
        cmocka_unit_test(an_event_means_canceled_only_if_it_says_so),
        cmocka_unit_test(a_screening_that_is_canceled_is_no_canceled_case),
        cmocka_unit_test(a_secret_that_is_none_is_refused),
        cmocka_unit_test(arguments_are_checked),
        cmocka_unit_test(no_input_does_harm_or_is_believed),
    };
    return run_statements("webhook", statements, NULL, NULL);
}
