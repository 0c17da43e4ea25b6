/* Curve448, which no public certificate and hardly any server uses: its tables and code take 54 KB. trim.py
 * takes X448 and Ed448 from OpenSSL's lists, so nothing calls these; they answer as for a wrong key. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ossl_lib_ctx_st library_context;

int ossl_x448(uint8_t *shared, const uint8_t *own, const uint8_t *peers)
{
    (void)shared, (void)own, (void)peers;
    return 0;
}

void ossl_x448_public_from_private(uint8_t *public, const uint8_t *private)
{
    (void)private;
    memset(public, 0, 56);
}

int ossl_ed448_public_from_private(library_context *context, uint8_t *public, const uint8_t *private,
                                   const char *properties)
{
    (void)context, (void)public, (void)private, (void)properties;
    return 0;
}

int ossl_ed448_pubkey_verify(const uint8_t *public, size_t length)
{
    (void)public, (void)length;
    return 0;
}

int ossl_ed448_sign(library_context *context, uint8_t *signature, const uint8_t *message, size_t length,
                    const uint8_t *public, const uint8_t *private, const uint8_t *text, size_t text_length,
                    uint8_t is_hashed, const char *properties)
{
    (void)context, (void)signature, (void)message, (void)length, (void)public, (void)private;
    (void)text, (void)text_length, (void)is_hashed, (void)properties;
    return 0;
}

int ossl_ed448_verify(library_context *context, const uint8_t *message, size_t length,
                      const uint8_t *signature, const uint8_t *public, const uint8_t *text,
                      size_t text_length, uint8_t is_hashed, const char *properties)
{
    (void)context, (void)message, (void)length, (void)signature, (void)public;
    (void)text, (void)text_length, (void)is_hashed, (void)properties;
    return 0;
}
