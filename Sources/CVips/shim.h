// libvips for Swift: its C API is variadic (a NULL-terminated list of options), which Swift cannot call.
// Each wrapper here fixes one operation with the options that this project uses, and nothing more.
// All return 0 on success and -1 on failure with the reason in vips' error buffer, unless they say otherwise.
#ifndef LORIKEET_CVIPS_SHIM_H
#define LORIKEET_CVIPS_SHIM_H

#include <vips/vips.h>

static inline void lorikeet_vips_ignore_log(
    const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {
  (void)domain; (void)level; (void)message; (void)data;
}

/// Starts libvips for untrusted input: only the JPEG, PNG and WebP loaders may run, no operation is cached
/// (a cache would keep pixels of one user's image alive), and warnings quoted from files do not reach stderr.
static inline int lorikeet_vips_start(int threads) {
  if (VIPS_INIT("lorikeet")) return -1;
  g_log_set_handler("VIPS", (GLogLevelFlags)(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG),
                    lorikeet_vips_ignore_log, NULL);
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  vips_operation_block_set("VipsForeignLoadJpeg", FALSE);
  vips_operation_block_set("VipsForeignLoadPng", FALSE);
  vips_operation_block_set("VipsForeignLoadWebp", FALSE);
  vips_concurrency_set(threads);
  vips_cache_set_max(0);
  vips_cache_set_max_mem(0);
  vips_cache_set_max_files(0);
  return 0;
}

// Loading. The header is read at once, pixels when they are asked for; a file cut short is an error.
// `bytes` must outlive the image.

static inline int lorikeet_vips_jpegload(const void *bytes, size_t count, VipsImage **out) {
  return vips_jpegload_buffer((void *)bytes, count, out, "access", VIPS_ACCESS_SEQUENTIAL,
                              "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

static inline int lorikeet_vips_pngload(const void *bytes, size_t count, VipsImage **out) {
  return vips_pngload_buffer((void *)bytes, count, out, "access", VIPS_ACCESS_SEQUENTIAL,
                             "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

/// Of an animation, the first frame.
static inline int lorikeet_vips_webpload(const void *bytes, size_t count, VipsImage **out) {
  return vips_webpload_buffer((void *)bytes, count, out, "access", VIPS_ACCESS_SEQUENTIAL,
                              "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
}

/// An RGB image over the caller's interleaved 8-bit pixels, which must outlive it. NULL on failure.
static inline VipsImage *lorikeet_vips_from_rgb(const void *pixels, size_t count, int width, int height) {
  VipsImage *raw = vips_image_new_from_memory(pixels, count, width, height, 3, VIPS_FORMAT_UCHAR);
  VipsImage *rgb = NULL;
  if (!raw) return NULL;
  if (vips_copy(raw, &rgb, "interpretation", VIPS_INTERPRETATION_sRGB, NULL)) rgb = NULL;
  g_object_unref(raw);
  return rgb;
}

// Colour and geometry.

/// Blends alpha onto white. `white` is the largest value of the image's format.
static inline int lorikeet_vips_flatten_on_white(VipsImage *in, VipsImage **out, double white) {
  double background[3] = {white, white, white};
  VipsArrayDouble *colour = vips_array_double_new(background, in->Bands > 2 ? 3 : 1);
  int result = vips_flatten(in, out, "background", colour, "max_alpha", white, NULL);
  vips_area_unref(VIPS_AREA(colour));
  return result;
}

/// Converts from the embedded profile to 8-bit sRGB.
static inline int lorikeet_vips_embedded_profile_to_srgb(VipsImage *in, VipsImage **out) {
  return vips_icc_transform(in, out, "srgb", "embedded", TRUE, "depth", 8,
                            "intent", VIPS_INTENT_RELATIVE, NULL);
}

static inline gboolean lorikeet_vips_has_profile(VipsImage *in) {
  return vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0;
}

static inline int lorikeet_vips_to_srgb(VipsImage *in, VipsImage **out) {
  return vips_colourspace(in, out, VIPS_INTERPRETATION_sRGB, NULL);
}

static inline int lorikeet_vips_to_8_bits(VipsImage *in, VipsImage **out) {
  return vips_cast(in, out, VIPS_FORMAT_UCHAR, NULL);
}

static inline int lorikeet_vips_autorotate(VipsImage *in, VipsImage **out) {
  return vips_autorot(in, out, NULL);
}

static inline int lorikeet_vips_resize(VipsImage *in, VipsImage **out, double horizontal, double vertical) {
  return vips_resize(in, out, horizontal, "vscale", vertical, "kernel", VIPS_KERNEL_LANCZOS3, NULL);
}

static inline int lorikeet_vips_extract(VipsImage *in, VipsImage **out, int left, int top, int width, int height) {
  return vips_extract_area(in, out, left, top, width, height, NULL);
}

/// Draws Pango markup as an 8-bit mask, wrapped and centred at `width` pixels. Needs a font on the machine.
static inline int lorikeet_vips_text(VipsImage **out, const char *markup, const char *font, int width) {
  return vips_text(out, markup, "font", font, "width", width, "align", VIPS_ALIGN_CENTRE, "dpi", 72, NULL);
}

// Saving, with no metadata: the callers add theirs to the finished file. The bytes are freed by `g_free`.

static inline int lorikeet_vips_pngsave(VipsImage *in, void **bytes, size_t *count) {
  return vips_pngsave_buffer(in, bytes, count, "strip", TRUE, "compression", 6, NULL);
}

static inline int lorikeet_vips_jpegsave(VipsImage *in, void **bytes, size_t *count, int quality) {
  return vips_jpegsave_buffer(in, bytes, count, "strip", TRUE, "Q", quality, "optimize_coding", TRUE, NULL);
}

static inline int lorikeet_vips_webpsave(VipsImage *in, void **bytes, size_t *count, int quality) {
  return vips_webpsave_buffer(in, bytes, count, "strip", TRUE, "Q", quality, NULL);
}

#endif
