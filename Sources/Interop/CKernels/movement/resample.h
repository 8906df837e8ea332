// Included once per element type, with ELEMENT (the type) and FUNCTION (the name) defined.

void FUNCTION(ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *taps, const ptrdiff_t *offsets,
  const double *weights, ELEMENT extrapolation, const ELEMENT *src, ELEMENT *dst, ptrdiff_t begin, ptrdiff_t end) {
  enum { CHUNK = 512 };
  double sums[CHUNK];
  const ptrdiff_t columns = extents[rank - 1], outer = rank - 1, width = taps[outer];
  // Where each dimension's taps start, for the current row.
  ptrdiff_t starts[CKERNELS_MAX_RANK], position[CKERNELS_MAX_RANK], combination[CKERNELS_MAX_RANK];
  starts[0] = 0;
  for (ptrdiff_t d = 0; d < outer; d++) starts[d + 1] = starts[d] + extents[d] * taps[d];
  ckernels_nest nest;
  ckernels_nest_set(&nest, outer, extents, begin / columns);
  ptrdiff_t column = begin % columns;
  while (begin < end) {
    const ptrdiff_t stop = ckernels_least(columns, column + end - begin);
    int inside = 1;
    for (ptrdiff_t d = 0; d < outer; d++) {
      position[d] = starts[d] + nest.index[d] * taps[d];
      inside &= offsets[position[d]] >= 0;
    }
    ELEMENT *to = dst + begin - column;
    begin += stop - column;
    while (column < stop) {
      const ptrdiff_t count = ckernels_least(CHUNK, stop - column);
      const ptrdiff_t *offset = offsets + starts[outer] + column * width;
      const double *weight = weights + starts[outer] + column * width;
      memset(sums, 0, count * sizeof sums[0]);
      for (ptrdiff_t d = 0; d < outer; d++) combination[d] = 0;
      for (int more = inside; more;) {
        const ELEMENT *from = src;
        double product = 1;
        for (ptrdiff_t d = 0; d < outer; d++) {
          from += offsets[position[d] + combination[d]];
          product *= weights[position[d] + combination[d]];
        }
        if (width == 1) {
          for (ptrdiff_t i = 0; i < count; i++) {
            if (offset[i] >= 0) sums[i] += product * (weight[i] * from[offset[i]]);
          }
        } else if (width == 2) {
          for (ptrdiff_t i = 0; i < count; i++) {
            if (offset[2 * i] < 0) continue;
            sums[i] += product * (weight[2 * i] * from[offset[2 * i]] + weight[2 * i + 1] * from[offset[2 * i + 1]]);
          }
        } else {
          for (ptrdiff_t i = 0; i < count; i++) {
            if (offset[width * i] < 0) continue;
            double sum = 0;
            for (ptrdiff_t t = 0; t < width; t++) sum += weight[width * i + t] * from[offset[width * i + t]];
            sums[i] += product * sum;
          }
        }
        ptrdiff_t d = outer - 1;
        while (d >= 0 && ++combination[d] == taps[d]) combination[d--] = 0;
        more = d >= 0;
      }
      for (ptrdiff_t i = 0; i < count; i++) {
        to[column + i] = inside && offset[width * i] >= 0 ? (ELEMENT)sums[i] : extrapolation;
      }
      column += count;
    }
    column = 0;
    ckernels_nest_advance(&nest);
  }
}
#undef ELEMENT
#undef FUNCTION
