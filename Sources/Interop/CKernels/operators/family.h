// All operators of one instruction-set level. The including file defines LANES, TABLE, TABLE_ISA and MAP_TABLE.
// clang-format off: the order matters.
#include "lanes.h"
#include "transcendental.h"
#include "formats.h"
#include "bounds.h"
#include "conversion.h"
#include "../elementwise/activations.h"
#include "activate.h"
#include "epilogue.h"
#include "windows.h"
#include "depthwise.h"
#include "normalization.h"
#include "tokens.h"
#include "../reductions/lines_f32.h"
#include "../elementwise/maps_f32.h"
// clang-format on

const ckernels_operator_table TABLE = {
  .isa = TABLE_ISA,
  .epilogue_by_row = epilogue_by_row,
  .epilogue_by_column = epilogue_by_column,
  .accumulate_s32 = accumulate_s32,
  .convert_s32 = convert_s32,
  .convert = convert,
  .im2col = im2col,
  .depthwise = depthwise,
  .transpose = transpose,
  .max_pool = max_pool,
  .average_planes = average_planes,
  .layer_norm = layer_norm,
  .masked_softmax = masked_softmax,
  .softmax = softmax,
  .embedding = embedding,
  .mean_pool = mean_pool,
  .l2_normalize = l2_normalize,
  .min_max = min_max,
  .exponential = exponential,
};
