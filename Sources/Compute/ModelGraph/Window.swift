/// How a 2-D window walks over a plane: steps, gaps and padding, each by direction.
///
/// A 1-D window is a 2-D one of height 1 over planes of height 1.
public struct Window: Hashable, Codable, Sendable {
  /// Extents in both directions.
  public struct Extent: Hashable, Codable, Sendable {
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int

    /// Makes an extent.
    public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }
  }

  /// Positions added on each side.
  public struct Padding: Hashable, Codable, Sendable {
    /// Rows before the first.
    public var top: Int
    /// Columns before the first.
    public var left: Int
    /// Rows behind the last.
    public var bottom: Int
    /// Columns behind the last.
    public var right: Int

    /// Makes a padding.
    public init(top: Int, left: Int, bottom: Int, right: Int) {
      (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
    }

    /// The same on every side.
    public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }
  }

  /// Step between output positions.
  public var stride: Extent
  /// Step between the elements of a window; 1 is dense.
  public var dilation: Extent
  /// Positions added on each side.
  public var padding: Padding

  /// Makes a window; dense unless dilations are given.
  public init(stride: Extent, padding: Padding, dilation: Extent = Extent(1, 1)) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// A window with the same stride and padding in both directions.
  public init(stride: Int, padding: Int) {
    self.init(stride: Extent(stride, stride), padding: Padding(padding))
  }

  /// Output positions of a window of `kernel` elements over a plane; nil where it does not fit or a figure overflows.
  public func positions(plane: Extent, kernel: Extent) -> Extent? {
    guard
      let height = Self.positions(
        plane.height, kernel.height, stride.height, dilation.height, padding.top, padding.bottom),
      let width = Self.positions(plane.width, kernel.width, stride.width, dilation.width, padding.left, padding.right)
    else { return nil }
    return Extent(height, width)
  }

  private static func positions(
    _ extent: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ behind: Int
  ) -> Int? {
    let limit = 1 << 40
    guard extent >= 0, kernel > 0, stride > 0, dilation > 0, before >= 0, behind >= 0 else { return nil }
    guard [extent, kernel, stride, dilation, before, behind].allSatisfy({ $0 < limit }) else { return nil }
    let (gaps, overflow) = dilation.multipliedReportingOverflow(by: kernel - 1)
    guard !overflow, gaps < limit, extent + before + behind > gaps else { return nil }
    return (extent + before + behind - gaps - 1) / stride + 1
  }
}
