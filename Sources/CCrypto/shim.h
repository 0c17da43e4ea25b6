/* SHA-256 and HMAC-SHA-256 (RFC 2104) by OpenSSL's libcrypto, which libcurl brings along: by those of its
 * functions that allocate and start nothing. EVP_Digest and HMAC do: in a process where OpenSSL lacked memory
 * as it started they fail from then on, or read through a null pointer. Declared here, so that a build needs
 * no header of OpenSSL's; weak, since a machine's libcurl may use another TLS library. */
#ifndef KCASE_CCRYPTO_SHIM_H
#define KCASE_CCRYPTO_SHIM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { KC_SHA256_BYTES = 32, KC_SHA256_BLOCK_BYTES = 64 };

/* OpenSSL's own has 112 bytes. */
typedef struct {
    uint64_t words[32];
} kc_sha256_context;

extern int SHA256_Init(kc_sha256_context *context) __attribute__((weak));
extern int SHA256_Update(kc_sha256_context *context, const void *bytes, size_t count) __attribute__((weak));
extern int SHA256_Final(unsigned char *digest, kc_sha256_context *context) __attribute__((weak));

/* Sources/CLibraries opens libcrypto when this is called first. */
extern void kc_bind_crypto(void) __attribute__((weak));

/* Overwrites memory in a way that the compiler may not leave out. */
static inline void kc_wipe_digested(void *memory, size_t count)
{
    memset(memory, 0, count);
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

/* Whether it could; so with the others. */
static inline int kc_sha256_begin(kc_sha256_context *context)
{
    if (kc_bind_crypto != NULL) kc_bind_crypto();
    return SHA256_Init != NULL && SHA256_Update != NULL && SHA256_Final != NULL && SHA256_Init(context) == 1;
}

static inline int kc_sha256_is_there(void)
{
    kc_sha256_context context;
    return kc_sha256_begin(&context);
}

/* Writes KC_SHA256_BYTES: the digest of two texts, one behind the other. */
static inline int kc_sha256_of_both(
    const void *first, size_t first_count, const void *second, size_t second_count, unsigned char *digest)
{
    kc_sha256_context context;
    int is_written = kc_sha256_begin(&context) && SHA256_Update(&context, first, first_count) == 1 &&
                     SHA256_Update(&context, second, second_count) == 1 &&
                     SHA256_Final(digest, &context) == 1;
    kc_wipe_digested(&context, sizeof context);
    return is_written;
}

/* Writes KC_SHA256_BYTES. */
static inline int kc_sha256(const void *bytes, size_t count, unsigned char *digest)
{
    return kc_sha256_of_both(bytes, count, NULL, 0, digest);
}

/* Writes KC_SHA256_BYTES. */
static inline int kc_hmac_sha256(
    const void *key, size_t key_count, const void *bytes, size_t count, unsigned char *digest)
{
    unsigned char block[KC_SHA256_BLOCK_BYTES] = {0};
    unsigned char inner[KC_SHA256_BYTES];
    int index, is_written = 1;
    if (key_count > sizeof block) {
        is_written = kc_sha256(key, key_count, block);
    } else if (key_count > 0) {
        memcpy(block, key, key_count);
    }
    for (index = 0; index < KC_SHA256_BLOCK_BYTES; index++) block[index] ^= 0x36;
    is_written = is_written && kc_sha256_of_both(block, sizeof block, bytes, count, inner);
    for (index = 0; index < KC_SHA256_BLOCK_BYTES; index++) block[index] ^= 0x36 ^ 0x5c;
    is_written = is_written && kc_sha256_of_both(block, sizeof block, inner, sizeof inner, digest);
    kc_wipe_digested(block, sizeof block);
    kc_wipe_digested(inner, sizeof inner);
    return is_written;
}

#endif
