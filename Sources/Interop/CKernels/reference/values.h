#pragma once
#include "ckernels_reference.h"

/// One FP64 result, rounded once to FP32, through a format.
static inline float ckernels_stored(ckernels_format format, double value) {
  return format.kind == CKERNELS_FORMAT_FP32 ? (float)value : ckernels_reference_format(format, (float)value);
}

/// The epilogue of result `index` of row or column `channel`.
static inline float ckernels_finished(
  const ckernels_epilogue *epilogue, double sum, ptrdiff_t channel, ptrdiff_t index) {
  return ckernels_reference_epilogue(epilogue, sum, epilogue->scale ? epilogue->scale[channel] : 1,
    epilogue->bias ? epilogue->bias[channel] : 0, epilogue->residual ? epilogue->residual[index] : 0);
}
