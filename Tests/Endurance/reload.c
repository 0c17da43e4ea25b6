/*
 * Again and again: loads the library, makes a client, cancels a case, frees all and closes the library; says
 * what the process held after the first hundred times and at the end.
 *
 *     reload LIBRARY BASE_URL COUNT
 */
#include <dlfcn.h>
#include <kcase.h>
#include <stdio.h>
#include <string.h>

#include "process.h"

enum { warm_up = 100 };

typedef struct {
    void *handle;
    kcase_client *(*client_new)(const char *, kcase_result **);
    void (*client_free)(kcase_client *);
    kcase_result *(*cancel)(kcase_client *, const char *, const char *);
    int32_t (*outcome)(const kcase_result *);
    const char *(*json)(const kcase_result *);
    void (*result_free)(kcase_result *);
} library;

/* ISO C has no cast from an object's address to a function's. */
static void find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);
    if (symbol == NULL) give_up(name, "is not in the library");
    memcpy(function, &symbol, sizeof symbol);
}

static library load(const char *path)
{
    library it = {.handle = dlopen(path, RTLD_NOW | RTLD_LOCAL)};
    if (it.handle == NULL) give_up(path, dlerror());
    find(it.handle, "kcase_client_new", &it.client_new);
    find(it.handle, "kcase_client_free", &it.client_free);
    find(it.handle, "kcase_cancel", &it.cancel);
    find(it.handle, "kcase_result_outcome", &it.outcome);
    find(it.handle, "kcase_result_json", &it.json);
    find(it.handle, "kcase_result_free", &it.result_free);
    return it;
}

static void use_once(const char *path, const char *config)
{
    library it = load(path);
    kcase_result *error = NULL;
    kcase_client *client = it.client_new(config, &error);
    if (client == NULL) give_up("reload", it.json(error));
    kcase_result *result = it.cancel(client, "case", NULL);
    if (it.outcome(result) != KCASE_CANCELED) give_up("reload", it.json(result));
    it.result_free(result);
    it.client_free(client);
    if (dlclose(it.handle) != 0) give_up(path, dlerror());
}

int main(int argc, char **argv)
{
    char config[512];
    holdings before = {0};
    if (argc != 4) give_up("usage", "reload LIBRARY BASE_URL COUNT");
    long count = parse_count(argv[3], warm_up + 1);
    snprintf(config, sizeof config, "{\"base_url\": \"%s\", \"token\": \"t\"}", argv[2]);
    for (long turn = 0; turn < count; turn++) {
        if (turn < warm_up) before = process_holdings();
        use_once(argv[1], config);
    }
    print_growth(count, before, process_holdings());
    return 0;
}
