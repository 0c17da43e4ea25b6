/* The start of OpenSSL, if libcurl uses that. */
#ifndef KCASE_CCURL_TLS_START_H
#define KCASE_CCURL_TLS_START_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

extern int OPENSSL_init_ssl(uint64_t options, const void *settings) __attribute__((weak));
extern const void *TLS_client_method(void) __attribute__((weak));
extern void *SSL_CTX_new(const void *method) __attribute__((weak));
extern void SSL_CTX_free(void *settings) __attribute__((weak));

/* What every connection may need of each kind of function: kind, names. Since OpenSSL 3. */
#define KC_FETCHED(F)                                          \
    F(EVP_MD, "SHA2-256", "SHA2-384")                          \
    F(EVP_CIPHER, "AES-128-GCM", "AES-256-GCM")                \
    F(EVP_MAC, "HMAC", NULL)                                   \
    F(EVP_KDF, "TLS13-KDF", NULL)                              \
    F(EVP_KEYMGMT, "RSA", "EC")                                \
    F(EVP_KEYEXCH, "ECDH", NULL)                               \
    F(EVP_SIGNATURE, "RSA", "ECDSA")                           \
    F(EVP_ASYM_CIPHER, "RSA", NULL)                            \
    F(OSSL_DECODER, "RSA", "EC")

#define KC_DECLARE(kind, one, other)                                                                \
    extern void *kind##_fetch(void *library, const char *name, const char *properties)              \
        __attribute__((weak));                                                                      \
    extern void kind##_free(void *fetched) __attribute__((weak));
KC_FETCHED(KC_DECLARE)

static inline int kc_tls_is_openssl(void)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    return info != NULL && info->ssl_version != NULL && strncmp(info->ssl_version, "OpenSSL/", 8) == 0;
}

typedef struct {
    void *(*fetch)(void *library, const char *name, const char *properties);
    void (*free)(void *fetched);
    const char *names[2];
} kc_tls_kind;

static inline int kc_tls_can_fetch(const kc_tls_kind *kind)
{
    size_t index;
    if (kind->fetch == NULL || kind->free == NULL) return 1;
    for (index = 0; index < 2 && kind->names[index] != NULL; index++) {
        void *fetched = kind->fetch(NULL, kind->names[index], NULL);
        if (fetched == NULL) return 0;
        kind->free(fetched);
    }
    return 1;
}

/* OpenSSL makes all functions of a kind (signatures, say) when the first is needed. What it lacks the memory
 * for then, it does not have for the life of the process. */
static inline int kc_tls_fetch(void)
{
#define KC_KIND(kind, one, other) {kind##_fetch, kind##_free, {one, other}},
    const kc_tls_kind kinds[] = {KC_FETCHED(KC_KIND)};
    size_t index;
    for (index = 0; index < sizeof kinds / sizeof *kinds; index++) {
        if (!kc_tls_can_fetch(&kinds[index])) return 0;
    }
    return 1;
}

/* Has OpenSSL make now what it makes once in a process: its tables, providers and random numbers. 0: it could
 * not, for lack of memory. */
static inline int kc_tls_start(void)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    void *settings;
    if (!kc_tls_is_openssl() || OPENSSL_init_ssl == NULL || TLS_client_method == NULL || SSL_CTX_new == NULL ||
        SSL_CTX_free == NULL) {
        return 1;
    }
    if (OPENSSL_init_ssl(0, NULL) != 1) return 0;
    settings = SSL_CTX_new(TLS_client_method());
    if (settings == NULL) return 0;
    SSL_CTX_free(settings);
    return strncmp(info->ssl_version, "OpenSSL/1", 9) == 0 || kc_tls_fetch();
}

#endif
