/* libcurl, jansson and libcrypto, bound by handles of the library's own.
 *
 * What a library imports, the dynamic linker looks for in the whole process, and a host's own json_object_get
 * or curl_url comes first, whatever its arguments are. So the core calls the functions below, which jump to
 * what dlsym found in the very files. They are hidden: no other part of the process meets them.
 *
 * jansson calls its own functions without the dynamic linker. libcurl does not: where the host has one of its
 * names, it is loaded such that it prefers its own (RTLD_DEEPBIND). Only there, since it would then prefer
 * libc's malloc, too: not in a process that has another. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "binding.h"

#define CURL_FUNCTIONS(F)                                                                             \
    F(curl_easy_cleanup) F(curl_easy_getinfo) F(curl_easy_header) F(curl_easy_init)                   \
    F(curl_easy_pause) F(curl_easy_setopt) F(curl_free) F(curl_getdate) F(curl_global_init)           \
    F(curl_multi_add_handle) F(curl_multi_cleanup) F(curl_multi_info_read) F(curl_multi_init)         \
    F(curl_multi_perform) F(curl_multi_poll) F(curl_multi_remove_handle) F(curl_multi_setopt)         \
    F(curl_multi_socket_action)                                                                       \
    F(curl_multi_wait) F(curl_multi_wakeup)                                                           \
    F(curl_slist_append) F(curl_slist_free_all) F(curl_url) F(curl_url_cleanup) F(curl_url_get)       \
    F(curl_url_set) F(curl_version_info)                                                              \
    /* of the TLS library under it, if that is OpenSSL */                                             \
    F(EVP_ASYM_CIPHER_fetch) F(EVP_ASYM_CIPHER_free) F(EVP_CIPHER_fetch) F(EVP_CIPHER_free)           \
    F(EVP_KDF_fetch) F(EVP_KDF_free) F(EVP_MD_fetch) F(EVP_MD_free)                                   \
    F(EVP_KEYEXCH_fetch) F(EVP_KEYEXCH_free) F(EVP_KEYMGMT_fetch) F(EVP_KEYMGMT_free)                 \
    F(EVP_MAC_fetch) F(EVP_MAC_free) F(EVP_SIGNATURE_fetch) F(EVP_SIGNATURE_free)                     \
    F(EVP_PKEY_free) F(EVP_get_cipherbyname) F(EVP_get_digestbyname) F(d2i_PUBKEY)                    \
    F(OPENSSL_init_ssl) F(SSL_CTX_ctrl) F(SSL_CTX_free) F(SSL_CTX_new) F(SSL_CTX_set_msg_callback)    \
    F(TLS_client_method)

#define JANSSON_FUNCTIONS(F)                                                                          \
    F(jansson_version_str) F(json_array_get) F(json_array_size) F(json_delete) F(json_loadb)          \
    F(json_object_iter) F(json_object_iter_next) F(json_object_iter_value) F(json_string_length)      \
    F(json_string_value)

/* Opened when they are first needed, by functions of their own below. */
#define CRYPTO_FUNCTIONS(F) F(SHA256_Final) F(SHA256_Init) F(SHA256_Update)

/* What libcurl calls besides: its own, and of the libraries under it. */
#define FURTHER_FUNCTIONS(F)                                                                           \
    F(curl_easy_duphandle) F(curl_easy_escape) F(curl_easy_strerror) F(curl_easy_unescape)             \
    F(curl_getenv) F(curl_maprintf) F(curl_mime_free) F(curl_mime_init) F(curl_msnprintf)              \
    F(curl_multi_timeout) F(curl_mvaprintf) F(curl_mvsnprintf) F(curl_strequal)  \
    F(curl_strnequal) F(curl_url_dup) F(curl_url_strerror) F(SSL_connect) F(SSL_read)   \
    F(SSL_write) F(SSL_new) F(EVP_DigestInit_ex) F(BIO_new) F(nghttp2_session_mem_recv)                \
    F(nghttp2_session_send) F(idn2_lookup_ul) F(psl_builtin) F(inflate)

#ifdef JUMP

CURL_FUNCTIONS(FUNCTION)
JANSSON_FUNCTIONS(FUNCTION)
CRYPTO_FUNCTIONS(FUNCTION)

static const entry curl_entries[] = {CURL_FUNCTIONS(ENTRY)};
static const entry jansson_entries[] = {JANSSON_FUNCTIONS(ENTRY)};
static const entry crypto_entries[] = {CRYPTO_FUNCTIONS(ENTRY)};

#define NAME(name) #name,
static const char *const curl_names[] = {CURL_FUNCTIONS(NAME) FURTHER_FUNCTIONS(NAME) NULL};

/* The file that a name leads to in this process, without its folders; "" if to none. */
static const char *file_of(const char *name)
{
    Dl_info info;
    const char *slash;
    void *found = dlsym(RTLD_DEFAULT, name);
    if (found == NULL || dladdr(found, &info) == 0 || info.dli_fname == NULL) return "";
    slash = strrchr(info.dli_fname, '/');
    return slash != NULL ? slash + 1 : info.dli_fname;
}

/* Whether something else in the process has a name that libcurl relies on. The libraries themselves, in
 * whatever variant, are told apart by their versions. */
static int is_any_name_taken(void)
{
    static const char *const own[] = {
        "libcurl", "libssl.", "libcrypto.", "libnghttp2.", "libidn2.", "libpsl.", "libz.", NULL};
    size_t index, other;
    for (index = 0; curl_names[index] != NULL; index++) {
        const char *file = file_of(curl_names[index]);
        int is_own = *file == '\0';
        for (other = 0; own[other] != NULL; other++) {
            is_own = is_own || strncmp(file, own[other], strlen(own[other])) == 0;
        }
        if (!is_own) return 1;
    }
    return 0;
}

static int is_malloc_of_libc(void)
{
    const char *file = file_of("malloc");
    return strncmp(file, "libc.so", 7) == 0 || strncmp(file, "libc-", 5) == 0;
}

/* When the library is loaded, as the dynamic linker would do it. */
__attribute__((constructor)) static void load(void)
{
    /* Lazily, as programs that are linked with libcurl mostly load it: to resolve every function of the
     * thirty libraries that it needs takes 2 ms more, and a call uses few of them. */
    int flags = RTLD_LAZY | RTLD_LOCAL;
    bind(dlopen("libjansson.so.4", flags), jansson_entries, sizeof jansson_entries / sizeof *jansson_entries);
    if (is_any_name_taken() && is_malloc_of_libc()) flags |= RTLD_DEEPBIND;
    bind(dlopen("libcurl.so.4", flags), curl_entries, sizeof curl_entries / sizeof *curl_entries);
}

/* Any number of threads may call it at once. */
__attribute__((visibility("hidden"))) void kc_bind_crypto(void)
{
    static int is_open;
    (void)open_once(
        &is_open, "libcrypto.so.3", crypto_entries, sizeof crypto_entries / sizeof *crypto_entries);
}

#endif
