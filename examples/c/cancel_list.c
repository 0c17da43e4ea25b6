/*
 * cancel_list - cancels a whole list of KarmaCheck cases, many at a time.
 *
 *     cc -std=c99 cancel_list.c -lkcase -o cancel_list
 *     ./cancel_list config.json < case_ids.txt > outcomes.tsv
 *
 * The configuration is the JSON object that kcase_client_new() takes, in a file that only you can read. The
 * list has one case id on each line, which ends with LF, CR or both; a line that cannot be read ends the
 * reading. The output has lines of case id, outcome and message, in the order in
 * which they are found out; the library's statistics go to standard error. If it is interrupted, it reports
 * what is known of every case that it has added to the batch.
 *
 * Exit code: 0 if every case is canceled, 1 if one is not, 2 if something is wrong with the input. The
 * command line, kcase, reads more kinds of lists, and the whole list before it sends anything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _POSIX_C_SOURCE 200809L /* sigaction */

#include <kcase.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_CANCELED, EXIT_NOT_CANCELED, EXIT_INPUT };
enum { LINE_BYTES = 1024, CONFIG_BYTES = 65536, RESULTS_PER_REPORT = 1000 };

static kcase_batch *batch;
static volatile sig_atomic_t stopping;
/* A line of the list could not be read. */
static int refused;

/* kcase_batch_interrupt() may be called from a handler; the results follow. */
static void on_signal(int number)
{
    (void)number;
    stopping = 1;
    kcase_batch_interrupt(batch);
}

static void handle_signals(void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* A client from a file's configuration; NULL after saying what is wrong. */
static kcase_client *open_client(const char *path)
{
    static char config[CONFIG_BYTES + 1];
    kcase_result *error = NULL;
    kcase_client *client = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return NULL;
    }
    config[fread(config, 1, CONFIG_BYTES, file)] = '\0';
    fclose(file);
    client = kcase_client_new(config, &error);
    memset(config, 0, sizeof config);
    if (client == NULL) {
        fprintf(stderr, "%s: %s\n", path, kcase_result_message(error));
    }
    kcase_result_free(error);
    return client;
}

/* A byte of the list, with LF for a line's end: LF, CR, or both. */
static int next_byte(void)
{
    static int after_return;
    int byte = getchar();
    if (byte == '\n' && after_return) {
        byte = getchar();
    }
    after_return = byte == '\r';
    return after_return ? '\n' : byte;
}

/* Reads a line without the blanks around it. Its length; -1 at the end. A line that no id can be is refused
 * as a whole, since part of it could be the id of another case: then no more lines are read. */
static int next_line(char *line)
{
    static long number;
    int length = 0;
    int byte = next_byte();
    if (byte == EOF) {
        return -1;
    }
    number++;
    for (; byte != '\n' && byte != EOF; byte = next_byte()) {
        if (byte == '\0' || length == LINE_BYTES - 1) {
            fprintf(stderr, "cancel_list: line %ld: %s; no more cases are begun\n", number,
                    byte == '\0' ? "not UTF-8, but perhaps UTF-16" : "too long for a case id");
            refused = 1;
            return -1;
        }
        if (length > 0 || (byte != ' ' && byte != '\t')) {
            line[length++] = (char)byte;
        }
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t')) {
        length--;
    }
    line[length] = '\0';
    return length;
}

/* The next case id of the list; NULL at the end. */
static const char *next_case_id(void)
{
    static char line[LINE_BYTES];
    int length = 0;
    while (!stopping && length >= 0) {
        length = next_line(line);
        if (length > 0) {
            return line;
        }
    }
    if (ferror(stdin) && !stopping) {
        perror("cancel_list: standard input");
        refused = 1;
    }
    return NULL;
}

/* Messages have no line breaks and no control characters; an id of the list may have some. */
static void print_field(const char *text)
{
    for (; *text != '\0'; text++) {
        putchar((unsigned char)*text < ' ' ? '?' : *text);
    }
}

/* 1 if the case is canceled. */
static int report(const kcase_result *result)
{
    int32_t outcome = kcase_result_outcome(result);
    print_field(kcase_result_case_id(result));
    printf("\t%s\t%s\n", kcase_outcome_name(outcome), kcase_result_message(result));
    return outcome == KCASE_CANCELED || outcome == KCASE_ALREADY_CANCELED;
}

/* Cancels what standard input lists. The exit code. */
static int cancel_list(void)
{
    int code = EXIT_CANCELED;
    long reported = 0;
    const char *id = next_case_id();
    for (;;) {
        kcase_result *result;
        while (id != NULL && kcase_batch_add(batch, id, NULL) == KCASE_BATCH_ADDED) {
            id = next_case_id();
        }
        if (kcase_batch_pending(batch) == 0) {
            break;
        }
        result = kcase_batch_next(batch, -1);
        if (!report(result)) {
            code = EXIT_NOT_CANCELED;
        }
        kcase_result_free(result);
        /* Results can no longer be reported: no more cases are begun. */
        if (ferror(stdout) && !stopping) {
            perror("cancel_list: standard output");
            stopping = 1;
            id = NULL;
            kcase_batch_interrupt(batch);
        }
        if (++reported % RESULTS_PER_REPORT == 0) {
            fprintf(stderr, "%s\n", kcase_batch_stats(batch));
        }
    }
    fprintf(stderr, "%s\n", kcase_batch_stats(batch));
    if (refused) {
        return EXIT_INPUT;
    }
    return fflush(stdout) == 0 && !ferror(stdout) && !stopping ? code : EXIT_NOT_CANCELED;
}

int main(int argc, char **argv)
{
    kcase_result *error = NULL;
    kcase_client *client;
    int code;
    if (argc != 2 || argv[1][0] == '-') {
        fputs("usage: cancel_list CONFIG_FILE < CASE_IDS\n", stderr);
        return EXIT_INPUT;
    }
    client = open_client(argv[1]);
    if (client == NULL) {
        return EXIT_INPUT;
    }
    batch = kcase_batch_new(client, NULL, &error);
    if (batch == NULL) {
        fprintf(stderr, "cancel_list: %s\n", kcase_result_message(error));
        kcase_result_free(error);
        kcase_client_free(client);
        return EXIT_INPUT;
    }
    handle_signals(on_signal);
    code = cancel_list();
    handle_signals(SIG_DFL);
    kcase_batch_free(batch);
    kcase_client_free(client);
    return code;
}
