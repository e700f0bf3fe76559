#include "webclient.h"

// C23 has #embed; the package is built as an older C, where clang offers it as an extension.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char openapi_yaml[] = {
#embed "assets/openapi.yaml"
};

#define OPENAPI_ASSET \
  {"/openapi.yaml", "application/yaml; charset=utf-8", 0, openapi_yaml, sizeof openapi_yaml, NULL, 0, NULL, 0},

#if __has_include("../../Web/build/assets.inc")
#include "../../Web/build/assets.inc"
#else
// Built without `make web`: a page that says so.
static const unsigned char index_html[] =
  "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>ClickClack</title>"
  "<p>This server was built without the web client: run <code>make build</code>.</p></html>";
#define WEB_ASSETS {"/index.html", "text/html; charset=utf-8", 0, index_html, sizeof index_html - 1, NULL, 0, NULL, 0},
#endif

static const struct clickclack_asset assets[] = {OPENAPI_ASSET WEB_ASSETS};

size_t clickclack_asset_count(void) { return sizeof assets / sizeof assets[0]; }

struct clickclack_asset clickclack_asset(size_t index) { return assets[index]; }
