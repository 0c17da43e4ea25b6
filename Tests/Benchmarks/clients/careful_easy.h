/* A handle of libcurl's easy interface, set up with the care that the real service asks for, and with the
 * request that kcase sends. */
#ifndef KCASE_BENCH_CAREFUL_EASY_H
#define KCASE_BENCH_CAREFUL_EASY_H

#include <curl/curl.h>
#include <stddef.h>

struct careful_easy {
    CURL *handle;
    const char *base_url;
    char *body;
    size_t body_bytes;
    size_t body_room;
    char error[CURL_ERROR_SIZE];
};

/* Once in a program, before and after all handles. */
void careful_start(void);
void careful_end(void);

/* `http_version`: one of CURL_HTTP_VERSION_. Ends the program where something is missing. */
void careful_open(struct careful_easy *easy, const char *base_url, const char *authority, long http_version);
void careful_close(struct careful_easy *easy);

/* What is to be sent next. */
void careful_aim(struct careful_easy *easy, const char *case_id);

/* Ends the program if the transfer that ended with `code` was not answered with a 2xx. */
void careful_check(struct careful_easy *easy, CURLcode code);

#endif
