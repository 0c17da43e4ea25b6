/*
 * Cancels cases one after another over one kept-alive connection, and says what a cancel costs.
 *
 *     one_after_another MODE BASE_URL COUNT
 *
 *   kcase        kcase_cancel; the outcome is looked at and the result freed
 *   kcase_json   the same, and the result's JSON is read
 *   curl         a careful loop on libcurl's easy interface that sends the same request
 *
 * Prints one JSON object. A cancel that is not answered with success ends the program with status 1: then
 * there is nothing to compare.
 */
#define _DEFAULT_SOURCE

#include <curl/curl.h>
#include <errno.h>
#include <kcase.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define TOKEN "header.payload.signature"
#define WARM_UP_CANCELS 50
#define CANCELS_MAX 10000000
#define BODY_BYTES_MAX (8u << 20)
#define TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 5000L

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "one_after_another: %s: %s\n", what, why);
    exit(1);
}

/* A different id for each number, in the form that the service's ids have. */
static void write_case_id(char *text, size_t room, long number)
{
    snprintf(text, room, "e074241e-36e8-444b-bf55-%012lx", (unsigned long)number);
}

/* A way to cancel. Each function fails the program if it cannot do what it is for. */
struct mode {
    const char *name;
    void (*open)(const char *base_url);
    void (*cancel)(const char *case_id);
    void (*close)(void);
};

/* --- kcase --------------------------------------------------------------------------------------- */

static kcase_client *client;
static size_t json_bytes;

static void kcase_open(const char *base_url)
{
    char config[1024];
    kcase_result *error = NULL;
    snprintf(config, sizeof config, "{\"base_url\": \"%s\", \"token\": \"%s\"}", base_url, TOKEN);
    client = kcase_client_new(config, &error);
    if (client == NULL) fail("kcase_client_new", kcase_result_message(error));
}

static void kcase_cancel_only(const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    if (kcase_result_outcome(result) != KCASE_CANCELED) fail(case_id, kcase_result_message(result));
    kcase_result_free(result);
}

static void kcase_cancel_and_read(const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    if (kcase_result_outcome(result) != KCASE_CANCELED) fail(case_id, kcase_result_message(result));
    json_bytes += strlen(kcase_result_json(result));
    kcase_result_free(result);
}

static void kcase_close(void) { kcase_client_free(client); }

/* --- libcurl's easy interface -------------------------------------------------------------------- */

struct body {
    char *bytes;
    size_t count;
    size_t room;
};

static CURL *easy;
static struct curl_slist *headers;
static struct body body;
static char error_text[CURL_ERROR_SIZE];
static const char *base;

static size_t receive(char *data, size_t size, size_t count, void *context)
{
    struct body *into = context;
    size_t bytes = size * count;
    if (bytes > BODY_BYTES_MAX - into->count) return 0;
    if (bytes > into->room - into->count) {
        size_t room = into->count + bytes < 4096 ? 4096 : 2 * (into->count + bytes);
        char *larger = realloc(into->bytes, room);
        if (larger == NULL) return 0;
        into->bytes = larger;
        into->room = room;
    }
    memcpy(into->bytes + into->count, data, bytes);
    into->count += bytes;
    return bytes;
}

static void set_header(const char *line)
{
    struct curl_slist *longer = curl_slist_append(headers, line);
    if (longer == NULL) fail("curl_slist_append", "no memory");
    headers = longer;
}

static void must(CURLcode code)
{
    if (code != CURLE_OK) fail("curl_easy_setopt", curl_easy_strerror(code));
}

static void curl_open(const char *base_url)
{
    base = base_url;
    signal(SIGPIPE, SIG_IGN); /* CURLOPT_NOSIGNAL leaves that to the program. */
    must(curl_global_init(CURL_GLOBAL_DEFAULT));
    easy = curl_easy_init();
    if (easy == NULL) fail("curl_easy_init", "no memory");
    /* The lines that kcase sends: an empty POST has no content type. */
    set_header("Authorization: Bearer " TOKEN);
    set_header("Accept: application/json");
    set_header("Content-Type:");
    must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers));
    must(curl_easy_setopt(easy, CURLOPT_USERAGENT, "kcase/" KCASE_VERSION));
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http"));
    must(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, ""));
    must(curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS));
    must(curl_easy_setopt(easy, CURLOPT_POST, 1L));
    must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L));
    must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ""));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive));
    must(curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body));
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text));
}

static void curl_cancel(const char *case_id)
{
    char url[512];
    char number[24];
    long status = 0;
    CURLcode code;
    int length = snprintf(url, sizeof url, "%s/case/id/%s/cancel", base, case_id);
    if (length < 0 || (size_t)length >= sizeof url) fail(case_id, "the URL is too long");
    must(curl_easy_setopt(easy, CURLOPT_URL, url));
    body.count = 0;
    error_text[0] = '\0';
    code = curl_easy_perform(easy);
    if (code != CURLE_OK) fail(case_id, error_text[0] ? error_text : curl_easy_strerror(code));
    must(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status));
    if (status < 200 || status > 299) {
        snprintf(number, sizeof number, "HTTP %ld", status);
        fail(case_id, number);
    }
}

static void curl_close(void)
{
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
    free(body.bytes);
    curl_global_cleanup();
}

/* --- Measuring ----------------------------------------------------------------------------------- */

static const struct mode modes[] = {
    {"kcase", kcase_open, kcase_cancel_only, kcase_close},
    {"kcase_json", kcase_open, kcase_cancel_and_read, kcase_close},
    {"curl", curl_open, curl_cancel, curl_close},
};

/* Microseconds. */
struct cost {
    double user;
    double system;
    double wall;
};

static double microseconds(struct timeval time) { return (double)time.tv_sec * 1e6 + (double)time.tv_usec; }

static struct cost spent(void)
{
    struct rusage usage;
    struct timespec now;
    struct cost cost;
    getrusage(RUSAGE_SELF, &usage);
    clock_gettime(CLOCK_MONOTONIC, &now);
    cost.user = microseconds(usage.ru_utime);
    cost.system = microseconds(usage.ru_stime);
    cost.wall = (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
    return cost;
}

static void cancel_cases(const struct mode *mode, long first, long count)
{
    char case_id[64];
    long number;
    for (number = first; number < first + count; number++) {
        write_case_id(case_id, sizeof case_id, number);
        mode->cancel(case_id);
    }
}

static void measure(const struct mode *mode, const char *base_url, long count)
{
    struct cost before;
    struct cost after;
    double cancels = (double)count;
    mode->open(base_url);
    cancel_cases(mode, 0, WARM_UP_CANCELS);
    before = spent();
    cancel_cases(mode, WARM_UP_CANCELS, count);
    after = spent();
    mode->close();
    printf("{\"mode\": \"%s\", \"cancels\": %ld, \"requests\": %ld, \"cpu_us\": %.3f, \"user_us\": %.3f, "
           "\"system_us\": %.3f, \"wall_us\": %.3f}\n",
           mode->name, count, count + WARM_UP_CANCELS,
           (after.user - before.user + after.system - before.system) / cancels,
           (after.user - before.user) / cancels, (after.system - before.system) / cancels,
           (after.wall - before.wall) / cancels);
}

static long parse_count(const char *text)
{
    char *end;
    long count;
    errno = 0;
    count = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' && count >= 1 && count <= CANCELS_MAX ? count : 0;
}

int main(int argc, char **argv)
{
    size_t index;
    long count = argc == 4 ? parse_count(argv[3]) : 0;
    for (index = 0; count > 0 && index < sizeof modes / sizeof modes[0]; index++) {
        if (strcmp(modes[index].name, argv[1]) == 0) {
            measure(&modes[index], argv[2], count);
            return 0;
        }
    }
    fprintf(stderr, "usage: one_after_another kcase|kcase_json|curl BASE_URL COUNT\n");
    return 2;
}
