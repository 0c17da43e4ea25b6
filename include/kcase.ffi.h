/* kcase 1.2.0 without a preprocessor: made from kcase.h, which says what it means. */
typedef struct kcase_client kcase_client;
typedef struct kcase_batch kcase_batch;
typedef struct kcase_result kcase_result;
typedef struct kcase_listing kcase_listing;
enum {
  KCASE_VERSION_MAJOR = 1,
  KCASE_VERSION_MINOR = 2,
  KCASE_VERSION_PATCH = 0,
  KCASE_VERSION_NUMBER = 10200,
  KCASE_OK = 0,
  KCASE_CANCELED = 1,
  KCASE_ALREADY_CANCELED = 2,
  KCASE_REFUSED = 10,
  KCASE_NOT_FOUND = 11,
  KCASE_DENIED = 12,
  KCASE_FAILED = 13,
  KCASE_NOT_SENT = 20,
  KCASE_UNKNOWN = 21,
  KCASE_INVALID = 30,
  KCASE_PENDING = -1,
  KCASE_BATCH_ADDED = 1,
  KCASE_BATCH_FULL = 0,
  KCASE_BATCH_CLOSED = -1,
  KCASE_BATCH_TAKEN = 1,
  KCASE_BATCH_NONE = 0,
  KCASE_LISTING_CASE = 1,
  KCASE_LISTING_NONE = 0,
  KCASE_LISTING_OVER = -1
};
int32_t kcase_version_number(void);
const char *kcase_version(void);
const char *kcase_build_info(void);
kcase_client *kcase_client_new(const char *config_json, kcase_result **error);
kcase_client *kcase_client_open(const char *path, kcase_result **error);
void kcase_client_free(kcase_client *client);
void kcase_client_interrupt(kcase_client *client);
kcase_result *kcase_cancel(kcase_client *client, const char *case_id, const char *options_json);
kcase_result *kcase_cancel_n(kcase_client *client, const char *case_id, int32_t case_id_bytes,
    const char *options_json, int32_t options_bytes);
int32_t kcase_cancel_simple(kcase_client *client, const char *case_id, int32_t case_id_bytes, char *message,
    int32_t message_bytes);
kcase_result *kcase_status(kcase_client *client, const char *case_id, const char *options_json);
kcase_result *kcase_await(kcase_client *client, const char *case_id, const char *options_json);
kcase_result *kcase_cancel_services(kcase_client *client, const char *case_id, const char *service_ids_json,
    const char *options_json);
kcase_result *kcase_cancel_search(kcase_client *client, const char *case_data_id, const char *search_id,
    const char *options_json);
kcase_result *kcase_check(kcase_client *client);
int32_t kcase_cancel_take(kcase_client *client, const char *case_id, const char *options_json,
    int32_t wait_ms, kcase_batch **rest, kcase_result **out);
int32_t kcase_status_take(kcase_client *client, const char *case_id, const char *options_json,
    int32_t wait_ms, kcase_batch **rest, kcase_result **out);
int32_t kcase_await_take(kcase_client *client, const char *case_id, const char *options_json, int32_t wait_ms,
    kcase_batch **rest, kcase_result **out);
kcase_batch *kcase_batch_new(kcase_client *client, const char *options_json, kcase_result **error);
int32_t kcase_batch_add(kcase_batch *batch, const char *case_id, const char *options_json);
int32_t kcase_batch_add_n(kcase_batch *batch, const char *case_id, int32_t case_id_bytes,
    const char *options_json, int32_t options_bytes);
int32_t kcase_batch_add_status(kcase_batch *batch, const char *case_id, const char *options_json);
int32_t kcase_batch_add_await(kcase_batch *batch, const char *case_id, const char *options_json);
kcase_result *kcase_batch_next(kcase_batch *batch, int32_t timeout_ms);
int32_t kcase_batch_take(kcase_batch *batch, int32_t timeout_ms, kcase_result **out);
int64_t kcase_batch_pending(const kcase_batch *batch);
int32_t kcase_batch_fd(kcase_batch *batch);
void kcase_batch_interrupt(kcase_batch *batch);
const char *kcase_batch_stats(kcase_batch *batch);
void kcase_batch_free(kcase_batch *batch);
kcase_batch *kcase_resume(kcase_client *client, const char *options_json, kcase_result **error);
kcase_result *kcase_history(const char *journal, const char *filter_json);
kcase_result *kcase_journal_head(const char *journal);
kcase_result *kcase_journal_verify(const char *journal, const char *expected_head_json);
kcase_result *kcase_journal_prune(const char *journal, const char *options_json);
kcase_result *kcase_list(kcase_client *client, const char *filter_json);
kcase_listing *kcase_listing_new(kcase_client *client, const char *filter_json, kcase_result **error);
int32_t kcase_listing_next(kcase_listing *listing, int32_t timeout_ms, kcase_result **out);
void kcase_listing_free(kcase_listing *listing);
kcase_result *kcase_cancel_found(kcase_client *client, const char *filter_json, const char *options_json);
kcase_result *kcase_webhook_parse(const char *body, int32_t body_bytes, const char *headers_json,
    const char *secrets_json, const char *options_json);
int32_t kcase_result_outcome(const kcase_result *result);
const char *kcase_outcome_name(int32_t outcome);
int32_t kcase_outcome_at(int32_t index);
int32_t kcase_result_http_status(const kcase_result *result);
int32_t kcase_result_is_settled(const kcase_result *result);
int32_t kcase_result_is_retriable(const kcase_result *result);
const char *kcase_result_case_id(const kcase_result *result);
const char *kcase_result_message(const kcase_result *result);
const char *kcase_result_json(const kcase_result *result);
const char *kcase_result_text(const kcase_result *result, const char *member);
int32_t kcase_result_copy(const kcase_result *result, const char *member, char *field, int32_t field_bytes);
void kcase_result_free(kcase_result *result);
