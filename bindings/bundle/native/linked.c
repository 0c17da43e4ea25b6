/* The library of make build opens SQLite and libcrypto when they are first needed (Sources/CLibraries). Here
 * they are inside. Hidden, so that no host's function is taken for one of these. */
void kc_bind_crypto(void);
int kc_bind_sqlite(void);

void kc_bind_crypto(void) {}
int kc_bind_sqlite(void) { return 1; }
