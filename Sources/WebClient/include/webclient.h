#ifndef CLICKCLACK_WEBCLIENT_H
#define CLICKCLACK_WEBCLIENT_H

#include <stddef.h>

/// The version that `make build` stamped from git, or "dev".
const char *clickclack_version(void);

/// A file of the web client, inside the binary.
struct clickclack_asset {
  /// Its path on the server.
  const char *path;
  /// Its media type.
  const char *content_type;
  /// Whether its path names its content, so that it never changes.
  int immutable;
  /// Its content: `length` bytes, not terminated.
  const unsigned char *bytes;
  size_t length;
  /// The content compressed with gzip (RFC 1952), or NULL where that is not worth it.
  const unsigned char *gzip_bytes;
  size_t gzip_length;
  /// The content compressed with Brotli (RFC 7932), or NULL where that is not worth it.
  const unsigned char *brotli_bytes;
  size_t brotli_length;
};

/// How many files there are.
size_t clickclack_asset_count(void);

/// The file at an index below the count.
struct clickclack_asset clickclack_asset(size_t index);

#endif
