#include "values.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

static float nearest_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (isnan(value)) {
    bits |= 0x00400000;
  } else {
    const uint32_t discarded = bits & 0xffff, last_kept = bits >> 16 & 1;
    if (discarded > 0x8000 || (discarded == 0x8000 && last_kept)) bits += 0x10000;
  }
  bits &= 0xffff0000;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// clamp(rne(value / scale), low, high); + 0 turns the -0 of small negative values into +0.
static float nearest_integer(float value, float scale, float low, float high) {
  const float quotient = value / scale;
  if (isnan(quotient)) return quotient;
  return fminf(fmaxf(rintf(quotient), low), high) + 0.0f;
}

float ckernels_reference_format(ckernels_format format, float value) {
  switch (format.kind) {
  case CKERNELS_FORMAT_FP32:
    return value;
  case CKERNELS_FORMAT_BF16:
    return nearest_bf16(value);
  case CKERNELS_FORMAT_U8:
    return nearest_integer(value, format.scale, (float)-format.zero_point, (float)(255 - format.zero_point));
  case CKERNELS_FORMAT_S8:
    return nearest_integer(value, format.scale, -127, 127);
  }
  return value;
}

static double activated(ckernels_activation activation, double value) {
  switch (activation) {
  case CKERNELS_ACTIVATION_NONE:
    return value;
  case CKERNELS_ACTIVATION_RELU:
    return value < 0 ? 0 : value;
  case CKERNELS_ACTIVATION_GELU:
    // The limit at minus infinity, where the product would be inf * 0.
    return value == -INFINITY ? -0.0 : 0.5 * value * erfc(-value * M_SQRT1_2);
  }
  return value;
}

float ckernels_reference_epilogue(
  const ckernels_epilogue *epilogue, double sum, float scale, float bias, float residual) {
  double value = sum * scale + bias;
  if (epilogue->residual) value += (double)residual * epilogue->residual_scale;
  return ckernels_stored(epilogue->format, activated(epilogue->activation, value));
}
