/* exchange CERTIFICATE KEY GROUP: a handshake of TLS 1.3 with itself, by the libraries inside the bundle.
 * Prints the group that both sides agreed on, with the groups that a client offers by itself. */
#include <openssl/ssl.h>
#include <stdio.h>

static SSL *side(const SSL_METHOD *method, BIO *end)
{
    SSL_CTX *context = SSL_CTX_new(method);
    SSL *made = context != NULL ? SSL_new(context) : NULL;
    if (made != NULL) SSL_set_bio(made, end, end);
    return made;
}

int main(int count, char **words)
{
    BIO *ends[2];
    SSL *client, *server;
    int round, is_done = 0;

    if (count != 4 || BIO_new_bio_pair(&ends[0], 65536, &ends[1], 65536) != 1) return 2;
    client = side(TLS_client_method(), ends[0]);
    server = side(TLS_server_method(), ends[1]);
    if (client == NULL || server == NULL) return 2;
    if (SSL_use_certificate_file(server, words[1], SSL_FILETYPE_PEM) != 1) return 2;
    if (SSL_use_PrivateKey_file(server, words[2], SSL_FILETYPE_PEM) != 1) return 2;
    if (SSL_set1_groups_list(server, words[3]) != 1) return 3;
    for (round = 0; round < 10 && !is_done; round++) {
        is_done = SSL_connect(client) == 1;
        is_done = SSL_accept(server) == 1 && is_done;
    }
    if (!is_done) return 4;
    printf("%s\n", SSL_get0_group_name(client));
    return 0;
}
