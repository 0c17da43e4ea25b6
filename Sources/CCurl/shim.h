/* libcurl for the core: Swift cannot call functions with variable arguments, so each kind of option has a
 * function of its own. */
#ifndef KCASE_CCURL_SHIM_H
#define KCASE_CCURL_SHIM_H

#include <curl/curl.h>
#include <string.h>

#include "tls_start.h"

static inline CURLcode kc_easy_set_long(CURL *easy, CURLoption option, long value)
{
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kc_easy_set_text(CURL *easy, CURLoption option, const char *value)
{
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kc_easy_set_pointer(CURL *easy, CURLoption option, void *value)
{
    return curl_easy_setopt(easy, option, value);
}

/* Called with data that arrived: the body's with CURLOPT_WRITEFUNCTION, a header line with
 * CURLOPT_HEADERFUNCTION. */
typedef size_t (*kc_data_function)(char *data, size_t size, size_t count, void *context);

static inline CURLcode kc_easy_set_data_function(CURL *easy, CURLoption option, kc_data_function function)
{
    return curl_easy_setopt(easy, option, function);
}

static inline CURLcode kc_easy_set_prerequest_function(CURL *easy, curl_prereq_callback function)
{
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

/* Called before a host's name is looked up. */
static inline CURLcode kc_easy_set_resolver_function(CURL *easy, curl_resolver_start_callback function)
{
    return curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, function);
}

static inline CURLcode kc_easy_set_socket_function(CURL *easy, curl_opensocket_callback function)
{
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode kc_easy_set_close_function(CURL *easy, curl_closesocket_callback function)
{
    return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, function);
}

static inline CURLcode kc_easy_set_progress_function(CURL *easy, curl_xferinfo_callback function)
{
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, function);
}

/* A message of a handshake (RFC 8446, 5.1: ContentType). */
enum { KC_TLS_HANDSHAKE = 22 };

/* Called with each record of TLS that comes or goes, and with each message of a handshake. */
typedef void (*kc_record_function)(int is_written, int version, int type, const void *bytes, size_t count,
    void *connection, void *context);

/* OpenSSL's, if libcurl uses that. */
extern void SSL_CTX_set_msg_callback(void *settings, kc_record_function function) __attribute__((weak));
extern long SSL_CTX_ctrl(void *settings, int command, long number, void *pointer) __attribute__((weak));

/* Has the function called for the connections of these settings (SSL_CTRL_SET_MSG_CALLBACK_ARG is 16). */
static inline void kc_tls_set_record_function(void *settings, kc_record_function function, void *context)
{
    if (SSL_CTX_set_msg_callback == NULL || SSL_CTX_ctrl == NULL) return;
    SSL_CTX_set_msg_callback(settings, function);
    (void)SSL_CTX_ctrl(settings, 16, 0, context);
}

/* Called with the settings of a TLS connection that is to be made. CURLE_OK also where the TLS library is one
 * that has none. */
static inline CURLcode kc_easy_set_tls_function(CURL *easy, curl_ssl_ctx_callback function, void *context)
{
    if (!kc_tls_is_openssl()) return CURLE_OK;
    if (curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, context) != CURLE_OK) return CURLE_OUT_OF_MEMORY;
    return curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, function);
}

static inline CURLcode kc_easy_get_pointer(CURL *easy, CURLINFO info, void **value)
{
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode kc_easy_get_long(CURL *easy, CURLINFO info, long *value)
{
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode kc_multi_set_long(CURLM *multi, CURLMoption option, long value)
{
    return curl_multi_setopt(multi, option, value);
}

/* Called when libcurl wants to hear of a socket's events, or no longer. */
static inline CURLMcode kc_multi_set_socket_function(
    CURLM *multi, curl_socket_callback function, void *context)
{
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function) : code;
}

/* Called when libcurl wants to be called at another time. */
static inline CURLMcode kc_multi_set_timer_function(
    CURLM *multi, curl_multi_timer_callback function, void *context)
{
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function) : code;
}

static inline const curl_version_info_data *kc_version_info(void)
{
    return curl_version_info(CURLVERSION_NOW);
}

/* How a finished transfer ended. */
static inline CURLcode kc_message_code(const CURLMsg *message) { return message->data.result; }

#endif
