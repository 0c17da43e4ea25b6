/*
 * webhook - judges one message of a webhook's, and prints what it says.
 *
 *     cc -std=c99 webhook.c -lkcase -o webhook
 *     ./webhook secrets.json headers.json < body
 *
 * A web server's handler would do the same with what it received: the body as it came, byte by byte, and the
 * headers as a JSON object. The exit code is 0 for a genuine message, 1 for another, 2 for wrong input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <kcase.h>
#include <stdio.h>

enum { text_bytes_max = 262144, body_bytes_max = 4194304 };

static char secrets[text_bytes_max + 1], headers[text_bytes_max + 1], body[body_bytes_max + 1];

/* Reads a whole file; -1 if it cannot be read or is too long. */
static long read_all(FILE *file, char *text, size_t bytes_max)
{
    size_t count;
    if (file == NULL) return -1;
    count = fread(text, 1, bytes_max + 1, file);
    if (ferror(file) || count > bytes_max) return -1;
    text[count] = '\0';
    return (long)count;
}

static long read_file(const char *path, char *text, size_t bytes_max)
{
    FILE *file = fopen(path, "rb");
    long count = read_all(file, text, bytes_max);
    if (file != NULL) fclose(file);
    return count;
}

int main(int count, char **arguments)
{
    long body_bytes;
    if (count != 3 || read_file(arguments[1], secrets, text_bytes_max) < 0 ||
        read_file(arguments[2], headers, text_bytes_max) < 0) {
        fprintf(stderr, "usage: webhook SECRETS_FILE HEADERS_FILE < BODY\n");
        return 2;
    }
    body_bytes = read_all(stdin, body, body_bytes_max);
    if (body_bytes < 0) {
        fprintf(stderr, "the body cannot be read, or is too long\n");
        return 2;
    }

    kcase_result *result = kcase_webhook_parse(body, (int32_t)body_bytes, headers, secrets, NULL);
    int32_t outcome = kcase_result_outcome(result);
    if (outcome == KCASE_OK) {
        /* The same message may come again: a host keeps the ids that it has seen. */
        printf("%s  %s  case %s  canceled: %s\n", kcase_result_text(result, "event.id"),
            kcase_result_text(result, "event.type"), kcase_result_text(result, "event.case_id"),
            kcase_result_text(result, "event.means_canceled"));
    } else {
        fprintf(stderr, "%s: %s\n", kcase_outcome_name(outcome), kcase_result_message(result));
    }
    kcase_result_free(result);
    return outcome == KCASE_OK ? 0 : outcome == KCASE_INVALID ? 2 : 1;
}
