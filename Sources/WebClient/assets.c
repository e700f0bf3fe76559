#include "webclient.h"

// C23 has #embed; the package is built as an older C, where clang offers it as an extension.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "../../Web/index.html"
};
static const unsigned char favicon_svg[] = {
#embed "../../Web/favicon.svg"
};
static const unsigned char style_css[] = {
#embed "../../Web/style.css"
};
static const unsigned char main_js[] = {
#embed "../../Web/main.js"
};
static const unsigned char api_js[] = {
#embed "../../Web/api.js"
};
static const unsigned char realtime_js[] = {
#embed "../../Web/realtime.js"
};
static const unsigned char state_js[] = {
#embed "../../Web/state.js"
};
static const unsigned char format_js[] = {
#embed "../../Web/format.js"
};
static const unsigned char views_js[] = {
#embed "../../Web/views.js"
};
static const unsigned char openapi_yaml[] = {
#embed "assets/openapi.yaml"
};

#define HTML "text/html; charset=utf-8"
#define CSS "text/css; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"

static const struct clickclack_asset assets[] = {
  {"/index.html", HTML, index_html, sizeof index_html},
  {"/assets/favicon.svg", "image/svg+xml", favicon_svg, sizeof favicon_svg},
  {"/assets/style.css", CSS, style_css, sizeof style_css},
  {"/assets/main.js", SCRIPT, main_js, sizeof main_js},
  {"/assets/api.js", SCRIPT, api_js, sizeof api_js},
  {"/assets/realtime.js", SCRIPT, realtime_js, sizeof realtime_js},
  {"/assets/state.js", SCRIPT, state_js, sizeof state_js},
  {"/assets/format.js", SCRIPT, format_js, sizeof format_js},
  {"/assets/views.js", SCRIPT, views_js, sizeof views_js},
  {"/openapi.yaml", "application/yaml; charset=utf-8", openapi_yaml, sizeof openapi_yaml},
};

size_t clickclack_asset_count(void) { return sizeof assets / sizeof assets[0]; }

struct clickclack_asset clickclack_asset(size_t index) { return assets[index]; }
