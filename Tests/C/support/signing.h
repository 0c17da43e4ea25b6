/* Signs messages as the service does: HMAC-SHA256 by Standard Webhooks. */
#ifndef KCASE_TEST_SIGNING_H
#define KCASE_TEST_SIGNING_H

#include <stddef.h>

/* The base64 of the bytes. In memory from malloc. */
char *base64_of(const void *bytes, size_t count);

/* "v1,..." of id.timestamp.body under the key. In memory from malloc. */
char *signature_of(const char *id, const char *timestamp, const char *body, size_t body_bytes,
    const void *key, size_t key_bytes);

#endif
