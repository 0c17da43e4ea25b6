#define _DEFAULT_SOURCE

#include "careful_easy.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cost.h"

#define BODY_BYTES_MAX (8u << 20)
#define TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 5000L
#define USER_AGENT "kcase/1.2.0"

static struct curl_slist *headers;

static void must(CURLcode code)
{
    if (code != CURLE_OK) fail("libcurl", curl_easy_strerror(code));
}

static void add_header(const char *line)
{
    struct curl_slist *longer = curl_slist_append(headers, line);
    if (longer == NULL) fail("curl_slist_append", "no memory");
    headers = longer;
}

static size_t receive(char *data, size_t size, size_t count, void *context)
{
    struct careful_easy *easy = context;
    size_t bytes = size * count;
    if (bytes > BODY_BYTES_MAX - easy->body_bytes) return 0;
    if (bytes > easy->body_room - easy->body_bytes) {
        size_t room = easy->body_bytes + bytes < 4096 ? 4096 : 2 * (easy->body_bytes + bytes);
        char *larger = realloc(easy->body, room);
        if (larger == NULL) return 0;
        easy->body = larger;
        easy->body_room = room;
    }
    memcpy(easy->body + easy->body_bytes, data, bytes);
    easy->body_bytes += bytes;
    return bytes;
}

void careful_start(void)
{
    signal(SIGPIPE, SIG_IGN); /* CURLOPT_NOSIGNAL leaves that to the program. */
    must(curl_global_init(CURL_GLOBAL_DEFAULT));
    /* The lines that kcase sends: an empty POST has no content type. */
    add_header("Authorization: Bearer " TOKEN);
    add_header("Accept: application/json");
    add_header("Content-Type:");
}

void careful_end(void)
{
    curl_slist_free_all(headers);
    curl_global_cleanup();
}

static void trust(CURL *handle, const char *authority)
{
    if (authority == NULL) return;
    must(curl_easy_setopt(handle, CURLOPT_CAINFO, authority));
    must(curl_easy_setopt(handle, CURLOPT_CAPATH, NULL)); /* and none of the system's */
}

void careful_open(struct careful_easy *easy, const char *base_url, const char *authority, long http_version)
{
    CURL *handle = curl_easy_init();
    if (handle == NULL) fail("curl_easy_init", "no memory");
    memset(easy, 0, sizeof *easy);
    easy->handle = handle;
    easy->base_url = base_url;
    must(curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers));
    must(curl_easy_setopt(handle, CURLOPT_USERAGENT, USER_AGENT));
    must(curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https,http"));
    must(curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, http_version));
    must(curl_easy_setopt(handle, CURLOPT_PROXY, ""));
    must(curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, TIMEOUT_MS));
    must(curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS));
    must(curl_easy_setopt(handle, CURLOPT_POST, 1L));
    must(curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, 0L));
    must(curl_easy_setopt(handle, CURLOPT_POSTFIELDS, ""));
    must(curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive));
    must(curl_easy_setopt(handle, CURLOPT_WRITEDATA, easy));
    must(curl_easy_setopt(handle, CURLOPT_PRIVATE, easy));
    must(curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, easy->error));
    trust(handle, authority);
}

void careful_close(struct careful_easy *easy)
{
    curl_easy_cleanup(easy->handle);
    free(easy->body);
}

void careful_aim(struct careful_easy *easy, const char *case_id)
{
    char url[512];
    int length = snprintf(url, sizeof url, "%s/case/id/%s/cancel", easy->base_url, case_id);
    if (length < 0 || (size_t)length >= sizeof url) fail(case_id, "the URL is too long");
    must(curl_easy_setopt(easy->handle, CURLOPT_URL, url));
    easy->body_bytes = 0;
    easy->error[0] = '\0';
}

void careful_check(struct careful_easy *easy, CURLcode code)
{
    long status = 0;
    if (code != CURLE_OK) fail("libcurl", easy->error[0] ? easy->error : curl_easy_strerror(code));
    must(curl_easy_getinfo(easy->handle, CURLINFO_RESPONSE_CODE, &status));
    if (status < 200 || status > 299) fail_by_status("libcurl", status);
}
