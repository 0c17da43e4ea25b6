#include "transfers.h"

#include <stdlib.h>

#include "careful_easy.h"
#include "cost.h"

static CURLM *multi;
static struct careful_easy *easies;
static long easy_count;
static long case_count;
static long begun;
static long answered;

void must_multi(CURLMcode code)
{
    if (code != CURLM_OK) fail("libcurl", curl_multi_strerror(code));
}

/* Over TLS HTTP/2 is asked for, and one connection waited for rather than many made. */
static void share_connections(long side_by_side)
{
    long index;
    must_multi(curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX));
    must_multi(curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, side_by_side));
    must_multi(curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, side_by_side));
    must_multi(curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, side_by_side));
    for (index = 0; index < easy_count; index++) {
        CURLcode code = curl_easy_setopt(easies[index].handle, CURLOPT_PIPEWAIT, 1L);
        if (code != CURLE_OK) fail("libcurl", curl_easy_strerror(code));
    }
}

CURLM *transfers_open(const char *base_url, const char *authority, long cancels, long side_by_side)
{
    long index;
    careful_start();
    multi = curl_multi_init();
    easies = calloc((size_t)side_by_side, sizeof *easies);
    if (multi == NULL || easies == NULL) fail("curl_multi_init", "no memory");
    easy_count = side_by_side;
    case_count = cancels;
    for (index = 0; index < easy_count; index++) {
        careful_open(&easies[index], base_url, authority, CURL_HTTP_VERSION_2TLS);
    }
    share_connections(side_by_side);
    return multi;
}

static void start_next(struct careful_easy *easy)
{
    char case_id[case_id_room];
    write_case_id(case_id, begun++);
    careful_aim(easy, case_id);
    must_multi(curl_multi_add_handle(multi, easy->handle));
}

void transfers_start(void)
{
    long index;
    for (index = 0; index < easy_count && begun < case_count; index++) start_next(&easies[index]);
}

static void turn_over(CURL *handle, CURLcode code)
{
    struct careful_easy *easy = NULL;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, (char **)&easy);
    careful_check(easy, code);
    answered++;
    must_multi(curl_multi_remove_handle(multi, handle));
    if (begun < case_count) start_next(easy);
}

void transfers_turn_over(void)
{
    CURLMsg *message;
    int more;
    while ((message = curl_multi_info_read(multi, &more)) != NULL) {
        if (message->msg == CURLMSG_DONE) turn_over(message->easy_handle, message->data.result);
    }
}

long transfers_left(void) { return case_count - answered; }

void transfers_close(void)
{
    long index;
    for (index = 0; index < easy_count; index++) careful_close(&easies[index]);
    free(easies);
    curl_multi_cleanup(multi);
    careful_end();
}
