#pragma once
#include <stddef.h>
#include <stdint.h>

/// Gets documents from one server over HTTP, again and again over one connection. Used by one thread at a time.
///
/// It exists because libcurl's options cannot be set from Swift, which calls no variadic C functions.
typedef struct chttpget_client chttpget_client;

/// Who asks, and whom to trust. Everything is copied.
typedef struct {
  /// Sent as HTTP Basic authentication; NULL for nobody.
  const char *_Nullable user;
  const char *_Nullable password;
  /// Sent as X-Auth-Token; NULL for none. Must not hold control characters.
  const char *_Nullable token;
  /// `sha256//BASE64` of the public key that the server must have, or the path of a file with that key (PEM). The
  /// server's certificate is then not verified otherwise: neither who vouches for it, nor its time, nor its name. NULL
  /// for the usual verification.
  const char *_Nullable pin;
  /// A file with the authorities that are trusted (PEM); NULL for those of the system.
  const char *_Nullable authorities;
  /// For a question from connecting to the last byte.
  int64_t nanoseconds;
} chttpget_access;

/// What came of a question.
typedef enum {
  /// There is an answer, of whatever HTTP status.
  CHTTPGET_ANSWERED,
  CHTTPGET_UNKNOWN_HOST,
  /// `error` says why.
  CHTTPGET_NO_CONNECTION,
  CHTTPGET_TIMEOUT,
  /// The server's certificate is not trusted; `verification` says why.
  CHTTPGET_NOT_TRUSTED,
  /// The server has another public key than the pinned one.
  CHTTPGET_OTHER_KEY,
  /// The file with the pinned key or with the authorities cannot be used.
  CHTTPGET_BAD_FILE,
  /// No TLS connection could be agreed on.
  CHTTPGET_NO_TLS,
  /// The connection ended before the answer did.
  CHTTPGET_CUT_SHORT,
  /// The answer does not fit.
  CHTTPGET_TOO_LONG,
  /// What came is no HTTP.
  CHTTPGET_NOT_HTTP,
  /// `words` says what.
  CHTTPGET_OTHER,
} chttpget_outcome;

/// An answer.
typedef struct {
  chttpget_outcome outcome;
  /// The HTTP status; 0 without one.
  int status;
  /// Bytes of the body.
  size_t length;
  /// errno of the connection.
  int error;
  /// OpenSSL's verdict on the certificate (X509_V_ERR_...).
  long verification;
  /// libcurl's own words for the outcome; they say nothing of the question.
  const char *_Nullable words;
  /// Where the server wants the question to be asked instead, complete, or empty. It is never followed.
  char redirect[1024];
} chttpget_answer;

/// Makes a client. NULL where memory or libcurl's TLS is missing.
chttpget_client *_Nullable chttpget_create(const chttpget_access *_Nonnull access);

/// Asks for a URL (http or https) and puts the answer's body into `body`.
void chttpget_get(chttpget_client *_Nonnull client, const char *_Nonnull url, void *_Nonnull body, size_t capacity,
  chttpget_answer *_Nonnull answer);

/// Ends the connection and frees the client.
void chttpget_destroy(chttpget_client *_Nonnull client);
