#define _GNU_SOURCE
#include "CHTTPGet.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct chttpget_client {
  CURL *handle;
  struct curl_slist *headers;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode prepared;

static void prepare(void) { prepared = curl_global_init(CURL_GLOBAL_DEFAULT); }

/// Adds a header; false where memory is missing.
static int add_header(chttpget_client *client, const char *line) {
  struct curl_slist *longer = curl_slist_append(client->headers, line);
  if (longer == NULL) return 0;
  client->headers = longer;
  return 1;
}

/// Adds the token; false where memory is missing.
static int add_token(chttpget_client *client, const char *token) {
  static const char name[] = "X-Auth-Token: ";
  char *line = malloc(sizeof name + strlen(token));
  if (line == NULL) return 0;
  strcpy(stpcpy(line, name), token);
  int status = add_header(client, line);
  explicit_bzero(line, sizeof name + strlen(token));
  free(line);
  return status;
}

/// The first failure is kept: an option that is not taken must not be missed, above all one that protects.
static CURLcode set_options(chttpget_client *client, const chttpget_access *access) {
  CURL *handle = client->handle;
  CURLcode code = CURLE_OK;
#define SET(option, value) \
  if (code == CURLE_OK) code = curl_easy_setopt(handle, option, value)
  SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
  SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  SET(CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  SET(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  // A proxy is for the way to the outside; management controllers are inside, and nobody between should see the
  // questions.
  SET(CURLOPT_PROXY, "");
  SET(CURLOPT_HTTPHEADER, client->headers);
  long milliseconds = access->nanoseconds < 1000000 ? 1 : (long)(access->nanoseconds / 1000000);
  SET(CURLOPT_TIMEOUT_MS, milliseconds);
  SET(CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  if (access->user != NULL) {
    SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    SET(CURLOPT_USERNAME, access->user);
    SET(CURLOPT_PASSWORD, access->password == NULL ? "" : access->password);
  }
  SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  // Without verification some versions of libcurl look at no pin where the server shows no certificate at all
  // (CVE-2026-80230), so ciphers that need none are not offered. Those of TLS 1.3 all need one.
  SET(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:!aNULL:!eNULL:!PSK:!SRP");
  if (access->pin != NULL) {
    SET(CURLOPT_PINNEDPUBLICKEY, access->pin);
    SET(CURLOPT_SSL_VERIFYPEER, 0L);
    SET(CURLOPT_SSL_VERIFYHOST, 0L);
  } else {
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (access->authorities != NULL) {
      SET(CURLOPT_CAINFO, access->authorities);
      SET(CURLOPT_CAPATH, NULL);
    }
  }
#undef SET
  return code;
}

chttpget_client *chttpget_create(const chttpget_access *access) {
  pthread_once(&once, prepare);
  if (prepared != CURLE_OK) return NULL;
  chttpget_client *client = calloc(1, sizeof *client);
  if (client == NULL) return NULL;
  client->handle = curl_easy_init();
  if (client->handle == NULL || !add_header(client, "Accept: application/json") ||
      !add_header(client, "OData-Version: 4.0") || (access->token != NULL && !add_token(client, access->token)) ||
      set_options(client, access) != CURLE_OK) {
    chttpget_destroy(client);
    return NULL;
  }
  return client;
}

typedef struct {
  char *bytes;
  size_t capacity;
  size_t length;
  int is_full;
} buffer;

static size_t take(char *bytes, size_t size, size_t count, void *context) {
  buffer *body = context;
  size_t length = size * count;
  if (length > body->capacity - body->length) {
    body->is_full = 1;
    return 0;
  }
  memcpy(body->bytes + body->length, bytes, length);
  body->length += length;
  return length;
}

static chttpget_outcome outcome(CURLcode code, int is_full) {
  if (is_full) return CHTTPGET_TOO_LONG;
  switch (code) {
  case CURLE_OK:
    return CHTTPGET_ANSWERED;
  case CURLE_COULDNT_RESOLVE_HOST:
    return CHTTPGET_UNKNOWN_HOST;
  case CURLE_COULDNT_CONNECT:
    return CHTTPGET_NO_CONNECTION;
  case CURLE_OPERATION_TIMEDOUT:
    return CHTTPGET_TIMEOUT;
  case CURLE_PEER_FAILED_VERIFICATION:
    return CHTTPGET_NOT_TRUSTED;
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    return CHTTPGET_OTHER_KEY;
  case CURLE_SSL_CACERT_BADFILE:
    return CHTTPGET_BAD_FILE;
  case CURLE_SSL_CONNECT_ERROR:
    return CHTTPGET_NO_TLS;
  case CURLE_PARTIAL_FILE:
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
    return CHTTPGET_CUT_SHORT;
  case CURLE_FILESIZE_EXCEEDED:
    return CHTTPGET_TOO_LONG;
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_WEIRD_SERVER_REPLY:
  case CURLE_BAD_CONTENT_ENCODING:
    return CHTTPGET_NOT_HTTP;
  default:
    return CHTTPGET_OTHER;
  }
}

void chttpget_get(chttpget_client *client, const char *url, void *body, size_t capacity, chttpget_answer *answer) {
  buffer into = {.bytes = body, .capacity = capacity};
  CURL *handle = client->handle;
  memset(answer, 0, sizeof *answer);
  CURLcode code = curl_easy_setopt(handle, CURLOPT_URL, url);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, &into);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)capacity);
  if (code == CURLE_OK) code = curl_easy_perform(handle);
  answer->outcome = outcome(code, into.is_full);
  answer->words = curl_easy_strerror(code);
  answer->length = into.length;
  long number = 0;
  if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &number) == CURLE_OK) answer->status = (int)number;
  if (curl_easy_getinfo(handle, CURLINFO_OS_ERRNO, &number) == CURLE_OK) answer->error = (int)number;
  curl_easy_getinfo(handle, CURLINFO_SSL_VERIFYRESULT, &answer->verification);
  char *redirect = NULL;
  if (curl_easy_getinfo(handle, CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK && redirect != NULL &&
      strlen(redirect) < sizeof answer->redirect) {
    strcpy(answer->redirect, redirect);
  }
  // The buffer is the caller's.
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, NULL);
}

void chttpget_destroy(chttpget_client *client) {
  if (client->handle != NULL) curl_easy_cleanup(client->handle);
  curl_slist_free_all(client->headers);
  free(client);
}
