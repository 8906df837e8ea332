// Sliding windows over planes: im2col, maximum pooling, global average.

/// value / stride for value >= 0; for the usual strides without the division, which takes longer than a short row.
INLINE ptrdiff_t quotient(ptrdiff_t value, ptrdiff_t stride) {
  return stride == 1 ? value : stride == 2 ? value >> 1 : value / stride;
}

/// The outputs `begin` to before `end` whose input along one axis, out * stride - padding + offset, lies in
/// 0 ..< extent; `offset` is an element of the window times the dilation.
typedef struct output_range {
  ptrdiff_t begin, end;
} output_range;

INLINE output_range inside(ptrdiff_t extent, ptrdiff_t outputs, ptrdiff_t stride, ptrdiff_t padding, ptrdiff_t offset) {
  const ptrdiff_t before = padding - offset;
  const ptrdiff_t begin = before > 0 ? quotient(before + stride - 1, stride) : 0;
  const ptrdiff_t last = extent - 1 + before;
  const ptrdiff_t end = last < 0 ? 0 : smaller(quotient(last, stride) + 1, outputs);
  return (output_range){smaller(begin, end), end};
}

/// Output columns begin ..< end of one row of the im2col matrix whose output rows are as wide as the input's and
/// whose strides are 1: then the row is the plane moved by a constant, with zeros where it wraps. `begin` lies in
/// output row `row`.
INLINE void im2col_moved(const float *plane, ptrdiff_t width, ptrdiff_t move, output_range y, output_range x,
  ptrdiff_t row, ptrdiff_t begin, ptrdiff_t end, float *dst) {
  const int empty = y.begin == y.end || x.begin == x.end;
  const ptrdiff_t first = empty ? end : smaller(larger(y.begin * width + x.begin, begin), end);
  const ptrdiff_t last = empty ? end : smaller(larger((y.end - 1) * width + x.end, first), end);
  fill(dst, 0.0f, first - begin);
  copy(dst + (first - begin), plane + first + move, last - first);
  fill(dst + (last - begin), 0.0f, end - last);
  const ptrdiff_t gap = width - (x.end - x.begin);
  if (gap == 0 || first == last) return;
  // The first gap may belong to the output row before.
  for (ptrdiff_t edge = (row - 1) * width + x.end; edge < last; edge += width) {
    const ptrdiff_t gap_end = smaller(edge + gap, end);
    for (ptrdiff_t i = larger(edge, begin); i < gap_end; i++) dst[i - begin] = 0.0f;
  }
}

/// The same for every other geometry, one output row at a time; `begin` lies in output row `out_y`.
INLINE void im2col_strided(const ckernels_convolution *geometry, const float *plane, ptrdiff_t offset_y, output_range y,
  ptrdiff_t offset_x, output_range x, ptrdiff_t out_y, ptrdiff_t begin, ptrdiff_t end, float *dst) {
  const ptrdiff_t stride = geometry->stride_x, outputs = geometry->out_width;
  ptrdiff_t from = begin - out_y * outputs;
  for (ptrdiff_t column = begin; column < end; out_y++, from = 0) {
    const ptrdiff_t to = smaller(outputs, from + (end - column));
    const int row_inside = out_y >= y.begin && out_y < y.end;
    const ptrdiff_t first = row_inside ? smaller(larger(x.begin, from), to) : to;
    const ptrdiff_t last = row_inside ? smaller(larger(x.end, first), to) : to;
    fill(dst, 0.0f, first - from);
    const float *src =
      row_inside ? plane + (out_y * geometry->stride_y + offset_y) * geometry->width + offset_x : plane;
    for (ptrdiff_t i = first; i < last; i += LANES) {
      store_up_to(dst + (i - from), load_strided(src + i * stride, stride, last - i), last - i);
    }
    fill(dst + (last - from), 0.0f, to - last);
    dst += to - from;
    column += to - from;
  }
}

static void im2col(const ckernels_convolution *geometry, const float *src, ptrdiff_t column_begin,
  ptrdiff_t column_count, float *dst, ptrdiff_t dst_stride) {
  const ptrdiff_t height = geometry->height, width = geometry->width;
  const ptrdiff_t stride_y = geometry->stride_y, stride_x = geometry->stride_x, end = column_begin + column_count;
  const ptrdiff_t top = geometry->padding_top, before = geometry->padding_left;
  const int is_moved = stride_y == 1 && stride_x == 1 && geometry->out_width == width;
  if (column_count == 0) return;
  const ptrdiff_t row = column_begin / geometry->out_width;
  for (ptrdiff_t channel = 0; channel < geometry->channels; channel++) {
    const float *plane = src + channel * height * width;
    for (ptrdiff_t ky = 0; ky < geometry->kernel_height; ky++) {
      const ptrdiff_t row_offset = ky * geometry->dilation_y;
      const output_range y = inside(height, geometry->out_height, stride_y, top, row_offset);
      for (ptrdiff_t kx = 0; kx < geometry->kernel_width; kx++) {
        const ptrdiff_t offset = kx * geometry->dilation_x;
        const output_range x = inside(width, geometry->out_width, stride_x, before, offset);
        if (is_moved) {
          const ptrdiff_t move = (row_offset - top) * width + offset - before;
          im2col_moved(plane, width, move, y, x, row, column_begin, end, dst);
        } else {
          im2col_strided(geometry, plane, row_offset - top, y, offset - before, x, row, column_begin, end, dst);
        }
        dst += dst_stride;
      }
    }
  }
}

/// The greater; NaN where either is NaN.
INLINE lanes_f32 greater_or_nan(lanes_f32 a, lanes_f32 b) { return ((b > a) | (b != b)) ? b : a; }

/// The elements `begin` to before `end` of a window along one axis that lie within the plane: `first` is the input
/// position of element 0.
INLINE output_range window_inside(ptrdiff_t first, ptrdiff_t extent, ptrdiff_t kernel, ptrdiff_t dilation) {
  const ptrdiff_t begin = first < 0 ? quotient(dilation - 1 - first, dilation) : 0;
  const ptrdiff_t end = first >= extent ? 0 : smaller(kernel, quotient(extent - 1 - first, dilation) + 1);
  return (output_range){begin, larger(begin, end)};
}

static void max_pool(const ckernels_convolution *geometry, const float *src, float *dst, ptrdiff_t planes) {
  const ptrdiff_t height = geometry->height, width = geometry->width, stride = geometry->stride_x;
  const ptrdiff_t out_height = geometry->out_height, out_width = geometry->out_width;
  const ptrdiff_t padding = geometry->padding_left, dilation_y = geometry->dilation_y;
  for (ptrdiff_t plane = 0; plane < planes; plane++, src += height * width) {
    for (ptrdiff_t out_y = 0; out_y < out_height; out_y++, dst += out_width) {
      fill(dst, -__builtin_inff(), out_width);
      const ptrdiff_t top = out_y * geometry->stride_y - geometry->padding_top;
      const output_range ky_range = window_inside(top, height, geometry->kernel_height, dilation_y);
      for (ptrdiff_t kx = 0; kx < geometry->kernel_width; kx++) {
        const ptrdiff_t kx_offset = kx * geometry->dilation_x;
        const output_range x = inside(width, out_width, stride, padding, kx_offset);
        for (ptrdiff_t i = x.begin; i < x.end; i += LANES) {
          const ptrdiff_t left = x.end - i, offset = i * stride + kx_offset - padding;
          lanes_f32 greatest = load_up_to(dst + i, left);
          for (ptrdiff_t ky = ky_range.begin; ky < ky_range.end; ky++) {
            const float *row = src + (top + ky * dilation_y) * width;
            greatest = greater_or_nan(greatest, load_strided(row + offset, stride, left));
          }
          store_up_to(dst + i, greatest, left);
        }
      }
    }
  }
}

static void average_planes(
  ckernels_format format, const float *src, ptrdiff_t plane_size, float scale, float *dst, ptrdiff_t planes) {
  for (ptrdiff_t plane = 0; plane < planes; plane++, src += plane_size) {
    lanes_f32 sum = 0.0f;
    for (ptrdiff_t i = 0; i < plane_size; i += LANES) sum += load_up_to(src + i, plane_size - i);
    dst[plane] = scale * (sum_of(sum) / (float)plane_size);
  }
  round_in_place(format, dst, planes);
}
