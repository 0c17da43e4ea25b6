/*
 * cancel_services - cancels services of a KarmaCheck case, and waits until the case is finished, if asked to.
 *
 *     cc -std=c99 cancel_services.c -lkcase -ljansson -o cancel_services
 *     ./cancel_services config.json CASE_ID SERVICE_ID [SERVICE_ID ...]
 *     ./cancel_services config.json CASE_ID --wait SECONDS
 *
 * The configuration is the JSON object that kcase_client_new() takes, in a file that only you can read. The
 * output has a line for each service: its id, a tab, and what is claimed of it. With --wait no service is
 * canceled; the output is one line that says whether the case was seen as finished.
 *
 * Exit code: 0 if every service is canceled, or the case is finished; 1 if not; 2 if something is wrong with
 * the input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <kcase.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_DONE, EXIT_NOT_DONE, EXIT_INPUT };
enum { CONFIG_BYTES = 65536, SECONDS_MAX = 3600 };

/* A client from a file's configuration; NULL after saying what is wrong. */
static kcase_client *open_client(const char *path)
{
    static char config[CONFIG_BYTES + 1];
    kcase_result *error = NULL;
    kcase_client *client;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return NULL;
    }
    config[fread(config, 1, CONFIG_BYTES, file)] = '\0';
    fclose(file);
    client = kcase_client_new(config, &error);
    if (client == NULL) fprintf(stderr, "cancel_services: %s\n", kcase_result_message(error));
    kcase_result_free(error);
    return client;
}

static int is_outcome(const kcase_result *result, int32_t outcome)
{
    return kcase_result_outcome(result) == outcome;
}

/* Says what a result claims as a whole, on standard error, and frees it. */
static int conclude(kcase_result *result, int is_done)
{
    int is_invalid = is_outcome(result, KCASE_INVALID);
    fprintf(stderr, "%s: %s\n", kcase_outcome_name(kcase_result_outcome(result)),
        kcase_result_message(result));
    kcase_result_free(result);
    return is_invalid ? EXIT_INPUT : is_done ? EXIT_DONE : EXIT_NOT_DONE;
}

static int cancel_services(kcase_client *client, const char *case_id, char **ids, int count)
{
    json_t *list = json_array(), *told;
    const json_t *service;
    char *text;
    size_t index;
    kcase_result *result;
    int number;
    for (number = 0; number < count; number++) json_array_append_new(list, json_string(ids[number]));
    text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    /* Where an id is no UTF-8, there is no text, which the library refuses as any other bad input. */
    result = kcase_cancel_services(client, case_id, text, NULL);
    free(text);
    told = json_loads(kcase_result_json(result), 0, NULL);
    json_array_foreach(json_object_get(told, "services"), index, service) {
        printf("%s\t%s\n", json_string_value(json_object_get(service, "id")),
            json_string_value(json_object_get(service, "outcome")));
    }
    json_decref(told);
    return conclude(
        result, is_outcome(result, KCASE_CANCELED) || is_outcome(result, KCASE_ALREADY_CANCELED));
}

static int wait_for_case(kcase_client *client, const char *case_id, const char *seconds)
{
    char options[80];
    long time = strtol(seconds, NULL, 10);
    kcase_result *result;
    if (time < 1 || time > SECONDS_MAX) {
        fprintf(stderr, "cancel_services: --wait takes 1 to %d seconds\n", SECONDS_MAX);
        return EXIT_INPUT;
    }
    snprintf(options, sizeof options, "{\"until\": \"finished\", \"timeout_ms\": %ld000}", time);
    result = kcase_await(client, case_id, options);
    printf("%s\t%s\n", case_id, is_outcome(result, KCASE_OK) ? "finished" : "not seen as finished");
    return conclude(result, is_outcome(result, KCASE_OK));
}

int main(int argc, char **argv)
{
    kcase_client *client;
    int code;
    int is_wait = argc == 5 && strcmp(argv[3], "--wait") == 0;
    if (argc < 4 || (strcmp(argv[3], "--wait") == 0 && !is_wait)) {
        fputs("usage: cancel_services CONFIG_FILE CASE_ID SERVICE_ID...\n"
              "       cancel_services CONFIG_FILE CASE_ID --wait SECONDS\n",
            stderr);
        return EXIT_INPUT;
    }
    client = open_client(argv[1]);
    if (client == NULL) return EXIT_INPUT;
    code = is_wait ? wait_for_case(client, argv[2], argv[4])
                   : cancel_services(client, argv[2], argv + 3, argc - 3);
    kcase_client_free(client);
    return code;
}
