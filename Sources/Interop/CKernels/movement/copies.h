// Included once per element size, with ELEMENT (the type) and NAME(x) defined.

/// A block of rows x columns.
static void NAME(copy_block)(ptrdiff_t rows, ptrdiff_t columns, const ELEMENT *src, ptrdiff_t src_row,
  ptrdiff_t src_column, ELEMENT *dst, ptrdiff_t dst_row, ptrdiff_t dst_column) {
  if (src_column == 1 && dst_column == 1) {
    if (columns * (ptrdiff_t)sizeof(ELEMENT) >= 64) {
      for (ptrdiff_t r = 0; r < rows; r++) memcpy(dst + r * dst_row, src + r * src_row, columns * sizeof(ELEMENT));
    } else {
      for (ptrdiff_t r = 0; r < rows; r++) {
        const ELEMENT *from = src + r * src_row;
        ELEMENT *to = dst + r * dst_row;
        for (ptrdiff_t c = 0; c < columns; c++) to[c] = from[c];
      }
    }
  } else if (src_column == 0 && dst_column == 1) {
    for (ptrdiff_t r = 0; r < rows; r++) {
      const ELEMENT value = src[r * src_row];
      ELEMENT *to = dst + r * dst_row;
      for (ptrdiff_t c = 0; c < columns; c++) to[c] = value;
    }
  } else if (rows >= 4 && columns >= 4 && src_row == 1 && dst_column == 1) {
    // A transposition: tiles whose lines of both sides stay in the first-level cache.
    enum { TILE = 32 };
    for (ptrdiff_t r0 = 0; r0 < rows; r0 += TILE) {
      const ptrdiff_t r1 = ckernels_least(r0 + TILE, rows);
      for (ptrdiff_t c0 = 0; c0 < columns; c0 += TILE) {
        const ptrdiff_t c1 = ckernels_least(c0 + TILE, columns);
        ptrdiff_t r = r0;
        for (; r + 4 <= r1; r += 4) {
          ptrdiff_t c = c0;
          for (; c + 4 <= c1; c += 4) {
            ELEMENT square[4][4];
            for (int j = 0; j < 4; j++) memcpy(square[j], src + r + (c + j) * src_column, sizeof square[j]);
            for (int i = 0; i < 4; i++) {
              const ELEMENT line[4] = {square[0][i], square[1][i], square[2][i], square[3][i]};
              memcpy(dst + (r + i) * dst_row + c, line, sizeof line);
            }
          }
          for (; c < c1; c++) {
            for (int i = 0; i < 4; i++) dst[(r + i) * dst_row + c] = src[r + i + c * src_column];
          }
        }
        for (; r < r1; r++) {
          for (ptrdiff_t c = c0; c < c1; c++) dst[r * dst_row + c] = src[r + c * src_column];
        }
      }
    }
  } else if (columns < 8 && rows > columns) {
    for (ptrdiff_t c = 0; c < columns; c++) {
      const ELEMENT *from = src + c * src_column;
      ELEMENT *to = dst + c * dst_column;
      for (ptrdiff_t r = 0; r < rows; r++) to[r * dst_row] = from[r * src_row];
    }
  } else {
    for (ptrdiff_t r = 0; r < rows; r++) {
      const ELEMENT *from = src + r * src_row;
      ELEMENT *to = dst + r * dst_row;
      for (ptrdiff_t c = 0; c < columns; c++) to[c * dst_column] = from[c * src_column];
    }
  }
}

static void NAME(copy_strided)(ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *src_strides,
  const ptrdiff_t *dst_strides, const ELEMENT *src, ELEMENT *dst, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t columns = extents[rank - 1], src_column = src_strides[rank - 1], dst_column = dst_strides[rank - 1];
  const ptrdiff_t rows = rank > 1 ? extents[rank - 2] : 1;
  const ptrdiff_t src_row = rank > 1 ? src_strides[rank - 2] : 0, dst_row = rank > 1 ? dst_strides[rank - 2] : 0;
  const ptrdiff_t outer = rank > 2 ? rank - 2 : 0;
  ckernels_nest nest;
  ckernels_nest_set(&nest, outer, extents, begin / columns / rows);
  ptrdiff_t row = begin / columns % rows, column = begin % columns;
  while (begin < end) {
    const ELEMENT *from = src;
    ELEMENT *to = dst;
    for (ptrdiff_t d = 0; d < outer; d++) {
      from += nest.index[d] * src_strides[d];
      to += nest.index[d] * dst_strides[d];
    }
    while (begin < end && row < rows) {
      const int whole = column == 0 && end - begin >= columns;
      const ptrdiff_t r = whole ? ckernels_least(rows - row, (end - begin) / columns) : 1;
      const ptrdiff_t c = whole ? columns : ckernels_least(columns - column, end - begin);
      NAME(copy_block)
      (r, c, from + row * src_row + column * src_column, src_row, src_column, to + row * dst_row + column * dst_column,
        dst_row, dst_column);
      begin += r * c;
      row += r;
      column = 0;
    }
    row = 0;
    ckernels_nest_advance(&nest);
  }
}

static void NAME(copy_indexed)(ptrdiff_t rank, const ptrdiff_t *extents, const ptrdiff_t *tables, ptrdiff_t run_begin,
  ptrdiff_t run_end, const ELEMENT *fill, const ELEMENT *src, ELEMENT *dst, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t columns = extents[rank - 1];
  const ELEMENT filler = *fill;
  const ptrdiff_t *last = tables;
  for (ptrdiff_t d = 0; d < rank - 1; d++) last += extents[d];
  ckernels_nest nest;
  ckernels_nest_set(&nest, rank - 1, extents, begin / columns);
  ptrdiff_t column = begin % columns;
  while (begin < end) {
    const ptrdiff_t stop = ckernels_least(columns, column + end - begin);
    const ptrdiff_t *table = tables;
    const ELEMENT *from = src;
    int inside = 1;
    for (ptrdiff_t d = 0; d < rank - 1; table += extents[d], d++) {
      const ptrdiff_t offset = table[nest.index[d]];
      if (offset < 0) {
        inside = 0;
        break;
      }
      from += offset;
    }
    ELEMENT *to = dst + begin - column;
    begin += stop - column;
    if (inside) {
      for (; column < stop && column < run_begin; column++) to[column] = last[column] < 0 ? filler : from[last[column]];
      const ptrdiff_t run_stop = ckernels_least(run_end, stop);
      if (column < run_stop) {
        memcpy(to + column, from + last[column], (run_stop - column) * sizeof(ELEMENT));
        column = run_stop;
      }
      for (; column < stop; column++) to[column] = last[column] < 0 ? filler : from[last[column]];
    } else {
      for (; column < stop; column++) to[column] = filler;
    }
    column = 0;
    ckernels_nest_advance(&nest);
  }
}
#undef ELEMENT
#undef NAME
