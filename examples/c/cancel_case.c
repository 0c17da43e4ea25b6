/*
 * cancel_case - cancels KarmaCheck cases; says what happened to each and what to do next.
 *
 *     cc -std=c99 cancel_case.c -lkcase -ljansson -o cancel_case
 *     KCASE_ENVIRONMENT=stage KCASE_TOKEN=... ./cancel_case e074241e-36e8-444b-bf55-bb4dad6d3f3d
 *
 * jansson is here only to write the configuration and to read the details of a result; any JSON library
 * does, and a host that needs neither can do without.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include <jansson.h>
#include <kcase.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exit codes, from best to worst: of several cases, the greatest counts. */
enum { EXIT_CANCELED, EXIT_NOT_CANCELED, EXIT_TRY_AGAIN, EXIT_INVALID };

static const char help[] =
    "usage: cancel_case CASE_ID...\n"
    "\n"
    "Cancels KarmaCheck cases, and says of each:\n"
    "\n"
    "  outcome           case id                               what to do next\n"
    "      what happened (the reason; what the outcome rests on; HTTP requests made)\n"
    "\n"
    "The configuration comes from environment variables, since anybody on the machine\n"
    "can read a command line:\n"
    "\n"
    "  KCASE_ENVIRONMENT           stage or production; or\n"
    "  KCASE_BASE_URL              the address of another server, for tests\n"
    "  KCASE_TOKEN                 a token; or\n"
    "  KCASE_API_KEY and\n"
    "  KCASE_CLIENT_ACCESS_TOKEN   the pair that a token is made from\n"
    "\n"
    "Exit code, the greatest that fits:\n"
    "\n"
    "  0  every case is canceled\n"
    "  1  a case is not canceled: refused, not_found, denied, failed\n"
    "  2  a case is left open: not_sent, unknown; run the same command again\n"
    "  3  the command line, the configuration or a case id is wrong\n";

/* Written before the signal handler is installed and freed after it is removed. */
static kcase_client *client;
static volatile sig_atomic_t stopping;

/* If the program ended in the middle of a call, nobody would know what became of the case. An interrupted
 * call returns at once with what is known. kcase_client_interrupt() may be called from a handler. */
static void on_signal(int number)
{
    (void)number;
    stopping = 1;
    kcase_client_interrupt(client);
}

static void handle_signals(void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* The configuration as JSON text, to be freed; NULL after saying what is wrong. Every variable that is set
 * is handed on: which of them go together is for the library to say. */
static char *configuration(void)
{
    static const struct {
        const char *variable;
        const char *key;
    } settings[] = {
        {"KCASE_ENVIRONMENT", "environment"},
        {"KCASE_BASE_URL", "base_url"},
        {"KCASE_TOKEN", "token"},
        {"KCASE_API_KEY", "api_key"},
        {"KCASE_CLIENT_ACCESS_TOKEN", "client_access_token"},
    };
    json_t *config = json_object();
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *value = getenv(settings[i].variable);
        if (value != NULL && json_object_set_new(config, settings[i].key, json_string(value)) != 0) {
            fprintf(stderr, "cancel_case: %s: is not valid UTF-8\n", settings[i].variable);
            json_decref(config);
            return NULL;
        }
    }
    char *text = json_dumps(config, JSON_COMPACT);
    json_decref(config);
    if (text == NULL) {
        fputs("cancel_case: out of memory\n", stderr);
    }
    return text;
}

/* Sets the client. 0, or -1 after saying what is wrong. */
static int open_client(void)
{
    char *config = configuration();
    if (config != NULL) {
        kcase_result *error = NULL;
        client = kcase_client_new(config, &error);
        if (client == NULL) {
            fprintf(stderr, "cancel_case: %s\n", kcase_result_message(error));
        }
        kcase_result_free(error);
        free(config);
    }
    if (client == NULL) {
        fputs("cancel_case: the configuration is in KCASE_* variables; --help lists them\n", stderr);
        return -1;
    }
    return 0;
}

/* The main decision of a host: what each outcome means. Sets the next step, returns the exit code. */
static int decide(const kcase_result *result, const char **next)
{
    const char *keep = kcase_result_is_retriable(result) ? "Keep it and try again later."
                                                         : "Keep it and have a person look.";
    switch (kcase_result_outcome(result)) {
    case KCASE_CANCELED:
    case KCASE_ALREADY_CANCELED:
        *next = "Done.";
        return EXIT_CANCELED;
    case KCASE_REFUSED:
        /* A refusal that is not settled may be for now only. */
        *next = kcase_result_is_settled(result) ? "Tell a person: the case goes on." : keep;
        return EXIT_NOT_CANCELED;
    case KCASE_NOT_FOUND:
        *next = "Check the case id and the environment.";
        return EXIT_NOT_CANCELED;
    case KCASE_DENIED:
        *next = "Check the credentials and whose case it is, then try again.";
        return EXIT_NOT_CANCELED;
    case KCASE_INVALID:
        *next = "Correct the input: nothing was sent.";
        return EXIT_INVALID;
    default: /* failed, not_sent, unknown; and whatever a later version adds is treated as unknown */
        *next = keep;
        return kcase_result_outcome(result) == KCASE_FAILED ? EXIT_NOT_CANCELED : EXIT_TRY_AGAIN;
    }
}

/* An id is input from outside: control characters, which terminals obey, are not printed. */
static void print_case_id(const char *case_id)
{
    int width = 36;
    for (; *case_id != '\0'; case_id++, width--) {
        putchar(*case_id >= ' ' && *case_id <= '~' ? *case_id : '?');
    }
    printf("%*s", width > 0 ? width : 0, "");
}

/* What the accessors do not return is in the JSON. (jansson's functions accept NULL, so that a missing member
 * or a failure to parse needs no check of its own.) */
static void print_details(const kcase_result *result)
{
    json_t *details = json_loads(kcase_result_json(result), 0, NULL);
    const char *reason = json_string_value(json_object_get(details, "reason"));
    const char *evidence = json_string_value(json_object_get(details, "evidence"));
    size_t requests = json_array_size(json_object_get(details, "attempts"));
    printf("(%s%sevidence: %s; requests: %zu)\n", reason != NULL ? reason : "",
           reason != NULL ? "; " : "", evidence != NULL ? evidence : "none", requests);
    json_decref(details);
}

/* Cancels one case. The exit code that it asks for. */
static int cancel(const char *case_id)
{
    kcase_result *result = kcase_cancel(client, case_id, NULL);
    const char *next;
    int code = decide(result, &next);
    printf("%-16s  ", kcase_outcome_name(kcase_result_outcome(result)));
    print_case_id(case_id);
    printf("  %s\n    %s ", next, kcase_result_message(result));
    print_details(result);
    kcase_result_free(result);
    return code;
}

static int cancel_all(char **case_ids, int count)
{
    int code = EXIT_CANCELED;
    int tried = 0;
    while (tried < count && !stopping) {
        int one = cancel(case_ids[tried++]);
        code = one > code ? one : code;
        /* Each outcome is written before the next case is begun, so that none is lost if the program ends. */
        if (fflush(stdout) != 0 || ferror(stdout)) {
            perror("cancel_case: standard output");
            return EXIT_TRY_AGAIN;
        }
    }
    if (tried < count) {
        fprintf(stderr, "cancel_case: stopped by a signal; cases not tried: %d\n", count - tried);
        code = EXIT_TRY_AGAIN > code ? EXIT_TRY_AGAIN : code;
    }
    return code;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            fputs(help, stdout);
            return EXIT_CANCELED;
        }
        if (argv[i][0] == '-') {
            fputs("cancel_case: there is no option but --help\n", stderr);
            return EXIT_INVALID;
        }
    }
    if (argc < 2) {
        fputs("usage: cancel_case CASE_ID... (--help explains)\n", stderr);
        return EXIT_INVALID;
    }
    if (open_client() != 0) {
        return EXIT_INVALID;
    }
    handle_signals(on_signal);
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone shows as an error of fflush() */
    int code = cancel_all(argv + 1, argc - 1);
    handle_signals(SIG_DFL);
    kcase_client_free(client);
    return code;
}
