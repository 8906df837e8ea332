import Conversions
import Foundation
import NumericFormats
import Tensors

/// What `assay numerics convert` did, as text and as JSON.
struct ConversionSummary: Encodable {
  let input: String
  let output: String
  /// The type and the extents of what was written.
  let type: ElementType
  let shape: [Int]
  let from: String
  let to: String
  let rounding: String
  let seed: UInt64?
  let subnormals: Subnormals
  let overflow: Overflow
  /// Of integers with one scale: real = (code - zeroPoint) * scale.
  let scale: Float?
  let zeroPoint: Int32?
  /// Elements of a block that shares a scale.
  let block: Int?
  let scales: String?
  let count: Int
  /// Values that became others.
  let changed: Int
  /// Values beyond the format's range that became its greatest or least number.
  let saturated: Int
  /// Finite values that became infinite or NaN.
  let overflowed: Int
  /// Values other than 0 that became 0.
  let zeroed: Int
  /// Of values that stayed finite.
  let largestError: Double
  /// In dB, of values that stayed finite; nil where none of them changed.
  let sqnr: Double?

  init(_ choice: ConversionChoice, _ encoded: ConversionChoice.Encoded) {
    let result = encoded.real ?? encoded.codes
    let conversion = choice.to.conversion
    input = choice.input.path
    output = choice.output.path
    type = result.elementType
    shape = result.shape.dims
    from = choice.from?.format.name ?? "floats"
    to = choice.to.format.name
    rounding = conversion.rounding.name
    if case .stochastic(let seed) = conversion.rounding { self.seed = seed } else { seed = nil }
    subnormals = conversion.subnormals
    overflow = conversion.overflow
    if case .array = choice.to.scales {
      scale = encoded.figures.scale
      zeroPoint = encoded.figures.zeroPoint
    } else {
      (scale, zeroPoint) = (nil, nil)
    }
    if case .blocks(let size) = choice.to.scales { block = size } else { block = nil }
    scales = choice.scalesToWrite?.path
    count = encoded.loss.count
    changed = encoded.loss.changed
    saturated = encoded.loss.saturated
    overflowed = encoded.loss.overflowed
    zeroed = encoded.loss.zeroed
    largestError = encoded.loss.largestError
    sqnr = encoded.loss.sqnr
  }

  /// Two lines, or three where there are scales.
  var text: String {
    let shape = shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
    var lines = ["\(output): \(to) as \(type.rawValue) \(shape), \(rounding)\(seed.map { ", seed \($0)" } ?? "")"]
    if let scale, let zeroPoint { lines.append("scale \(scale), zero point \(zeroPoint)") }
    if let scales { lines.append("scales \(block.map { "of blocks of \($0)" } ?? "of channels") in \(scales)") }
    let share = count > 0 ? String(format: " (%.1f %%)", 100 * Double(changed) / Double(count)) : ""
    let error = String(format: "%.4g", largestError)
    let ratio = sqnr.map { String(format: "%.1f dB", $0) } ?? "infinite"
    lines.append(
      "\(count) values: \(changed) changed\(share), \(saturated) saturated, \(overflowed) became infinite or NaN, "
        + "\(zeroed) became 0; largest error \(error), SQNR \(ratio)"
        + (overflowed > 0 ? ", both without the \(overflowed) that became infinite or NaN" : ""))
    return lines.map { Terminal.harmless($0) + "\n" }.joined()
  }
}
