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
extern const void *EVP_get_digestbyname(const char *name) __attribute__((weak));
extern const void *EVP_get_cipherbyname(const char *name) __attribute__((weak));

/* What every connection may need of each kind of function: kind, names. Since OpenSSL 3. */
#define KC_FETCHED(F)                                          \
    F(EVP_MD, "SHA2-256", "SHA2-384")                          \
    F(EVP_CIPHER, "AES-128-GCM", "AES-256-GCM")                \
    F(EVP_MAC, "HMAC", NULL)                                   \
    F(EVP_KDF, "TLS13-KDF", NULL)                              \
    F(EVP_KEYMGMT, "RSA", "EC")                                \
    F(EVP_KEYEXCH, "ECDH", NULL)                               \
    F(EVP_SIGNATURE, "RSA", "ECDSA")                           \
    F(EVP_ASYM_CIPHER, "RSA", NULL)

#define KC_DECLARE(kind, one, other)                                                                \
    extern void *kind##_fetch(void *library, const char *name, const char *properties)              \
        __attribute__((weak));                                                                      \
    extern void kind##_free(void *fetched) __attribute__((weak));
KC_FETCHED(KC_DECLARE)
extern void *d2i_PUBKEY(void **key, const unsigned char **bytes, long count) __attribute__((weak));
extern void EVP_PKEY_free(void *key) __attribute__((weak));

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

/* The first of a kind that cannot be had; NULL if all can. */
static inline const char *kc_tls_missing_of(const kc_tls_kind *kind)
{
    size_t index;
    if (kind->fetch == NULL || kind->free == NULL) return NULL;
    for (index = 0; index < 2 && kind->names[index] != NULL; index++) {
        void *fetched = kind->fetch(NULL, kind->names[index], NULL);
        if (fetched == NULL) return kind->names[index];
        kind->free(fetched);
    }
    return NULL;
}

static inline int kc_tls_can_decode(const unsigned char *bytes, long count)
{
    void *key;
    if (d2i_PUBKEY == NULL || EVP_PKEY_free == NULL) return 1;
    key = d2i_PUBKEY(NULL, &bytes, count);
    if (key == NULL) return 0;
    EVP_PKEY_free(key);
    return 1;
}

/* The public keys that certificates have: of P-256, the curve's base point; of RSA, a number of 2048 bits. */
static inline const char *kc_tls_missing_keys(void)
{
    static const unsigned char curve[] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
        0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04, 0x6B, 0x17, 0xD1, 0xF2, 0xE1,
        0x2C, 0x42, 0x47, 0xF8, 0xBC, 0xE6, 0xE5, 0x63, 0xA4, 0x40, 0xF2, 0x77, 0x03, 0x7D, 0x81, 0x2D,
        0xEB, 0x33, 0xA0, 0xF4, 0xA1, 0x39, 0x45, 0xD8, 0x98, 0xC2, 0x96, 0x4F, 0xE3, 0x42, 0xE2, 0xFE,
        0x1A, 0x7F, 0x9B, 0x8E, 0xE7, 0xEB, 0x4A, 0x7C, 0x0F, 0x9E, 0x16, 0x2B, 0xCE, 0x33, 0x57, 0x6B,
        0x31, 0x5E, 0xCE, 0xCB, 0xB6, 0x40, 0x68, 0x37, 0xBF, 0x51, 0xF5};
    static const unsigned char head[] = {
        0x30, 0x82, 0x01, 0x22, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01,
        0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0F, 0x00, 0x30, 0x82, 0x01, 0x0A, 0x02, 0x82, 0x01, 0x01,
        0x00};
    static const unsigned char exponent[] = {0x02, 0x03, 0x01, 0x00, 0x01};
    unsigned char number[sizeof head + 256 + sizeof exponent];
    memcpy(number, head, sizeof head);
    memset(number + sizeof head, 0xD5, 256);
    memcpy(number + sizeof head + 256, exponent, sizeof exponent);
    if (!kc_tls_can_decode(curve, sizeof curve)) return "keys of P-256";
    return kc_tls_can_decode(number, sizeof number) ? NULL : "keys of RSA";
}

/* Keys of this kind, if there are any, can be exchanged, too. */
static inline const char *kc_tls_missing_exchange(const char *name)
{
    const kc_tls_kind keys = {EVP_KEYMGMT_fetch, EVP_KEYMGMT_free, {name, NULL}};
    const kc_tls_kind exchanges = {EVP_KEYEXCH_fetch, EVP_KEYEXCH_free, {name, NULL}};
    return kc_tls_missing_of(&keys) != NULL ? NULL : kc_tls_missing_of(&exchanges);
}

typedef const void *(*kc_tls_finder)(const char *name);

static inline const char *kc_tls_missing_name(kc_tls_finder find, const char *const *names)
{
    size_t index;
    for (index = 0; find != NULL && names[index] != NULL; index++) {
        if (find(names[index]) == NULL) return names[index];
    }
    return NULL;
}

/* By these names, OpenSSL finds how a certificate is signed, and how a key of an older form is encrypted. The
 * table of the names is filled when it starts. (It must not be asked before the functions are there.) */
static inline const char *kc_tls_missing_names(void)
{
    static const char *const digests[] = {"SHA256", "SHA384", "SHA512", NULL};
    static const char *const ciphers[] = {"AES-128-CBC", "AES-256-CBC", NULL};
    const char *missing = kc_tls_missing_name(EVP_get_digestbyname, digests);
    return missing != NULL ? missing : kc_tls_missing_name(EVP_get_cipherbyname, ciphers);
}

/* OpenSSL makes all functions of a kind (signatures, say) when the first is needed. What it lacks the memory
 * for then, it does not have for the life of the process. */
static inline const char *kc_tls_missing_functions(void)
{
#define KC_KIND(kind, one, other) {kind##_fetch, kind##_free, {one, other}},
    const kc_tls_kind kinds[] = {KC_FETCHED(KC_KIND)};
    const char *missing;
    size_t index;
    for (index = 0; index < sizeof kinds / sizeof *kinds; index++) {
        missing = kc_tls_missing_of(&kinds[index]);
        if (missing != NULL) return missing;
    }
    missing = kc_tls_missing_exchange("X25519");
    if (missing == NULL) missing = kc_tls_missing_keys();
    return missing != NULL ? missing : kc_tls_missing_names();
}

/* Has OpenSSL make now what it makes once in a process: its tables, providers and random numbers. NULL if it
 * has all that connections need, else what it has not. */
static inline const char *kc_tls_start(void)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    void *settings;
    if (!kc_tls_is_openssl() || OPENSSL_init_ssl == NULL || TLS_client_method == NULL) return NULL;
    if (SSL_CTX_new == NULL || SSL_CTX_free == NULL) return NULL;
    if (OPENSSL_init_ssl(0, NULL) != 1) return "tables";
    settings = SSL_CTX_new(TLS_client_method());
    if (settings == NULL) return "random numbers or ciphers";
    SSL_CTX_free(settings);
    return strncmp(info->ssl_version, "OpenSSL/1", 9) == 0 ? NULL : kc_tls_missing_functions();
}

#endif
