/* A careful loop on libcurl's easy interface. */
#include "careful_easy.h"
#include "client.h"

static struct careful_easy easy;

static void open(const char *base_url, const char *authority)
{
    careful_start();
    careful_open(&easy, base_url, authority, CURL_HTTP_VERSION_1_1);
}

static void cancel(const char *case_id)
{
    careful_aim(&easy, case_id);
    careful_check(&easy, curl_easy_perform(easy.handle));
}

static void close(void)
{
    careful_close(&easy);
    careful_end();
}

const struct measured_client measured = {"curl", open, cancel, close};
