/* Takes the place of libcurl's lib/vtls/keylog.c, which would write the keys of every connection to the file
 * that SSLKEYLOGFILE names. */
#include "../curl_setup.h"

#include "keylog.h"

void Curl_tls_keylog_open(void) {}
void Curl_tls_keylog_close(void) {}
bool Curl_tls_keylog_enabled(void) { return FALSE; }

bool Curl_tls_keylog_write(const char *label, const unsigned char random[CLIENT_RANDOM_SIZE],
                           const unsigned char *secret, size_t length)
{
    (void)label, (void)random, (void)secret, (void)length;
    return FALSE;
}

bool Curl_tls_keylog_write_line(const char *line)
{
    (void)line;
    return FALSE;
}
