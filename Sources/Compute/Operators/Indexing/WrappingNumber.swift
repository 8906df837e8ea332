/// A number that the indexing operators add, multiply and compare; integers wrap around.
protocol WrappingNumber: BitwiseCopyable, Comparable {
  static var zero: Self { get }
  func sum(_ other: Self) -> Self
  func product(_ other: Self) -> Self
}

extension WrappingNumber {
  /// The greater of two; NaN if one is.
  @inline(__always)
  func greater(_ other: Self) -> Self { self < other || other != other ? other : self }

  /// The smaller of two; NaN if one is.
  @inline(__always)
  func smaller(_ other: Self) -> Self { self > other || other != other ? other : self }
}

extension WrappingNumber where Self: FixedWidthInteger {
  @inline(__always)
  func sum(_ other: Self) -> Self { self &+ other }

  @inline(__always)
  func product(_ other: Self) -> Self { self &* other }
}

extension WrappingNumber where Self: FloatingPoint {
  @inline(__always)
  func sum(_ other: Self) -> Self { self + other }

  @inline(__always)
  func product(_ other: Self) -> Self { self * other }
}

extension Float: WrappingNumber {}
extension Double: WrappingNumber {}
extension Int8: WrappingNumber {}
extension Int16: WrappingNumber {}
extension Int32: WrappingNumber {}
extension Int64: WrappingNumber {}
extension UInt8: WrappingNumber {}
extension UInt16: WrappingNumber {}
extension UInt32: WrappingNumber {}
extension UInt64: WrappingNumber {}
