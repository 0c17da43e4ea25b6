#include "signing.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

typedef const void *(*digest_function)(void);
typedef unsigned char *(*code_function)(const void *digest, const void *key, int key_bytes,
    const unsigned char *bytes, size_t count, unsigned char *code, unsigned int *code_bytes);

static void code_of(const void *key, size_t key_bytes, const text_buffer *text, unsigned char code[32])
{
    void *library = dlopen("libcrypto.so.3", RTLD_NOW);
    digest_function digest = NULL;
    code_function make = NULL;
    if (library == NULL) abort();
    *(void **)&digest = dlsym(library, "EVP_sha256");
    *(void **)&make = dlsym(library, "HMAC");
    if (digest == NULL || make == NULL) abort();
    make(digest(), key, (int)key_bytes, (const unsigned char *)text->bytes, text->count, code, NULL);
}

char *base64_of(const void *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *from = bytes;
    text_buffer text = {0};
    text_add(&text, "");
    for (size_t place = 0; place < count; place += 3) {
        size_t left = count - place < 3 ? count - place : 3;
        unsigned bits = (unsigned)from[place] << 16;
        if (left > 1) bits |= (unsigned)from[place + 1] << 8;
        if (left > 2) bits |= from[place + 2];
        char group[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
            left > 1 ? digits[bits >> 6 & 63] : '=', left > 2 ? digits[bits & 63] : '='};
        text_append(&text, group, 4);
    }
    return text.bytes;
}

char *signature_of(const char *id, const char *timestamp, const char *body, size_t body_bytes,
    const void *key, size_t key_bytes)
{
    unsigned char code[32];
    text_buffer text = {0};
    text_add(&text, id);
    text_add(&text, ".");
    text_add(&text, timestamp);
    text_add(&text, ".");
    text_append(&text, body, body_bytes);
    code_of(key, key_bytes, &text, code);
    text_free(&text);
    char *encoded = base64_of(code, sizeof code);
    char *signature = text_format("v1,%s", encoded);
    free(encoded);
    return signature;
}
