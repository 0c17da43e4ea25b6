/* SHA-256 and HMAC-SHA-256 by OpenSSL's libcrypto, which libcurl brings along. Declared here, so that a build
 * needs no header of OpenSSL's; weak, since a machine's libcurl may use another TLS library. */
#ifndef KCASE_CCRYPTO_SHIM_H
#define KCASE_CCRYPTO_SHIM_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

enum { KC_SHA256_BYTES = 32 };

extern const void *EVP_sha256(void) __attribute__((weak));
extern int EVP_Digest(const void *bytes, size_t count, unsigned char *digest, unsigned int *size,
    const void *kind, void *engine) __attribute__((weak));
extern unsigned char *HMAC(const void *kind, const void *key, int key_count, const unsigned char *bytes,
    size_t count, unsigned char *digest, unsigned int *size) __attribute__((weak));

/* The same digest without OpenSSL's providers: nothing is allocated or started. */
typedef struct {
    uint64_t words[32]; /* OpenSSL's own context has 112 bytes */
} kc_sha256_context;
extern int SHA256_Init(kc_sha256_context *context) __attribute__((weak));
extern int SHA256_Update(kc_sha256_context *context, const void *bytes, size_t count) __attribute__((weak));
extern int SHA256_Final(unsigned char *digest, kc_sha256_context *context) __attribute__((weak));

/* Sources/CLibraries opens libcrypto when this is called first. */
extern void kc_bind_crypto(void) __attribute__((weak));

/* The kind of digest; NULL where there is no libcrypto. */
static inline const void *kc_sha256_kind(void)
{
    if (kc_bind_crypto != NULL) kc_bind_crypto();
    return EVP_sha256 != NULL && EVP_Digest != NULL && HMAC != NULL ? EVP_sha256() : NULL;
}

static inline int kc_sha256_without_providers(const void *bytes, size_t count, unsigned char *digest)
{
    kc_sha256_context context;
    return SHA256_Init != NULL && SHA256_Update != NULL && SHA256_Final != NULL &&
           SHA256_Init(&context) == 1 && SHA256_Update(&context, bytes, count) == 1 &&
           SHA256_Final(digest, &context) == 1;
}

/* Writes KC_SHA256_BYTES; whether it could. OpenSSL that lacked memory as it started has no providers for the
 * life of the process. */
static inline int kc_sha256(const void *bytes, size_t count, unsigned char *digest)
{
    unsigned int size = 0;
    const void *kind = kc_sha256_kind();
    if (kind == NULL) return 0;
    if (EVP_Digest(bytes, count, digest, &size, kind, NULL) == 1) return size == KC_SHA256_BYTES;
    return kc_sha256_without_providers(bytes, count, digest);
}

/* Writes KC_SHA256_BYTES; whether it could. */
static inline int kc_hmac_sha256(
    const void *key, size_t key_count, const void *bytes, size_t count, unsigned char *digest)
{
    unsigned int size = 0;
    const void *kind = kc_sha256_kind();
    return kind != NULL && key_count <= INT_MAX &&
           /* A key that is NULL would mean the key of the call before. */
           HMAC(kind, key != NULL ? key : "", (int)key_count, (const unsigned char *)bytes, count, digest,
               &size) != NULL &&
           size == KC_SHA256_BYTES;
}

#endif
