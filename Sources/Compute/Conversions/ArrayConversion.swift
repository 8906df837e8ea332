import CKernels
import NumericFormats

/// A conversion of a whole array with all of its scales: elements to codes and back.
public struct ArrayConversion: Sendable {
  /// Which elements share a scale.
  private enum Scales: Sendable {
    /// All, or all of one of the equally long parts that the array is made of.
    case parts([Converter])
    /// Consecutive ones of lines of `depth` elements.
    case blocks(BlockConverter, depth: Int)
  }

  /// The format of elements, and how values are rounded to it.
  public let conversion: Conversion
  /// Elements of the array.
  public let count: Int
  private let scales: Scales

  /// A conversion with a scale, and a zero point, for each of equally long parts, one after the other.
  ///
  /// - Precondition: there is a part at least, `count` is a multiple of their number, and the figures are those that
  ///   ``Converter`` takes.
  public init(_ conversion: Conversion, count: Int, parts figures: [(scale: Float, zeroPoint: Int32)]) {
    precondition(!figures.isEmpty && count.isMultiple(of: figures.count))
    self.conversion = conversion
    self.count = count
    scales = .parts(figures.map { Converter(conversion, scale: $0.scale, zeroPoint: $0.zeroPoint) })
  }

  /// A conversion in blocks along lines of `depth` elements.
  ///
  /// - Precondition: `count` is a multiple of `depth`.
  public init(_ blocks: BlockConverter, count: Int, depth: Int) {
    precondition(depth > 0 ? count.isMultiple(of: depth) : count == 0)
    conversion = blocks.conversion
    self.count = count
    scales = .blocks(blocks, depth: depth)
  }

  /// Bytes of a code in memory.
  public var codeByteCount: Int { conversion.element.storedByteCount }

  /// Bytes of all the scales of blocks; 0 where there are no blocks.
  public var blockScaleByteCount: Int {
    guard case .blocks(let blocks, let depth) = scales, depth > 0 else { return 0 }
    return count / depth * blocks.blockCount(depth: depth) * blocks.scaleByteCount
  }

  /// A stretch of elements that one call converts, and where its blocks' scales begin.
  private struct Piece {
    let elements: Range<Int>
    let converter: Converter?
    let scales: Range<Int>
  }

  /// Pieces are small enough to stay in a core's caches between the steps of their conversion.
  private func forEachPiece(_ body: (Piece) -> Void) {
    let most = 1 << 14
    switch scales {
    case .parts(let converters):
      let length = count / converters.count
      for (part, converter) in converters.enumerated() {
        for begin in stride(from: part * length, to: (part + 1) * length, by: most) {
          let elements = begin..<min(begin + most, (part + 1) * length)
          body(Piece(elements: elements, converter: converter, scales: 0..<0))
        }
      }
    case .blocks(let blocks, let depth):
      guard depth > 0 else { return }
      let lineScales = blocks.blockCount(depth: depth)
      // Whole blocks, and a line where that is shorter.
      let step = min(depth, max(1, most / blocks.size) * blocks.size)
      for line in 0..<(count / depth) {
        for begin in stride(from: 0, to: depth, by: step) {
          let end = min(begin + step, depth)
          let first = line * lineScales + begin / blocks.size
          body(
            Piece(
              elements: (line * depth + begin)..<(line * depth + end), converter: nil,
              scales: (first * blocks.scaleByteCount)..<((first + blocks.blockCount(depth: end - begin))
                * blocks.scaleByteCount)))
        }
      }
    }
  }

  /// Encodes values, and adds up what became of them.
  ///
  /// - Parameters:
  ///   - codes: as many codes as values.
  ///   - blockScales: ``blockScaleByteCount`` bytes.
  ///   - real: if given, as many values, which become the real values of the codes.
  public func encode(
    _ values: UnsafeBufferPointer<Float>, codes: UnsafeMutableRawBufferPointer,
    blockScales: UnsafeMutableRawBufferPointer, real: UnsafeMutableBufferPointer<Float>? = nil
  ) -> ConversionLoss {
    precondition(values.count == count && codes.count >= count * codeByteCount)
    precondition(blockScales.count >= blockScaleByteCount && real.map { $0.count == count } ?? true)
    var loss = ConversionLoss()
    var results: [Float] = []
    forEachPiece { piece in
      let source = UnsafeBufferPointer(rebasing: values[piece.elements])
      let to = piece.elements.lowerBound * codeByteCount..<piece.elements.upperBound * codeByteCount
      let code = UnsafeMutableRawBufferPointer(rebasing: codes[to])
      let scale = UnsafeMutableRawBufferPointer(rebasing: blockScales[piece.scales])
      let first = UInt64(piece.elements.lowerBound)
      if let converter = piece.converter {
        converter.encode(source, into: code, first: first)
      } else if case .blocks(let blocks, _) = scales {
        blocks.encode(source, codes: code, scales: scale, first: first)
      }
      if results.count < source.count { results = [Float](repeating: 0, count: source.count) }
      results.withUnsafeMutableBufferPointer { buffer in
        let decoded = UnsafeMutableBufferPointer(rebasing: buffer[..<source.count])
        decode(piece, codes: UnsafeRawBufferPointer(code), scales: UnsafeRawBufferPointer(scale), into: decoded)
        addLoss(of: piece, source, UnsafeBufferPointer(decoded), scales: UnsafeRawBufferPointer(scale), to: &loss)
        if let real { _ = real[piece.elements].update(fromContentsOf: decoded) }
      }
    }
    return loss
  }

  /// The real values of codes.
  public func decode(
    codes: UnsafeRawBufferPointer, blockScales: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(values.count == count && codes.count >= count * codeByteCount)
    precondition(blockScales.count >= blockScaleByteCount)
    forEachPiece { piece in
      let from = piece.elements.lowerBound * codeByteCount..<piece.elements.upperBound * codeByteCount
      decode(
        piece, codes: UnsafeRawBufferPointer(rebasing: codes[from]),
        scales: UnsafeRawBufferPointer(rebasing: blockScales[piece.scales]),
        into: UnsafeMutableBufferPointer(rebasing: values[piece.elements]))
    }
  }

  private func decode(
    _ piece: Piece, codes: UnsafeRawBufferPointer, scales blockScales: UnsafeRawBufferPointer,
    into values: UnsafeMutableBufferPointer<Float>
  ) {
    if let converter = piece.converter {
      converter.decode(codes, into: values)
    } else if case .blocks(let blocks, _) = scales {
      blocks.decode(codes: codes, scales: blockScales, into: values)
    }
  }

  /// Every scale has a range of its own.
  private func addLoss(
    of piece: Piece, _ values: UnsafeBufferPointer<Float>, _ results: UnsafeBufferPointer<Float>,
    scales blockScales: UnsafeRawBufferPointer, to loss: inout ConversionLoss
  ) {
    if let converter = piece.converter {
      let range = conversion.element.range(scale: converter.scale, zeroPoint: converter.zeroPoint)
      loss.add(values, became: results, range: range)
    } else if case .blocks(let blocks, _) = scales {
      for begin in stride(from: 0, to: values.count, by: blocks.size) {
        let elements = begin..<min(begin + blocks.size, values.count)
        let scale = blocks.scale(begin / blocks.size, of: blockScales)
        loss.add(
          UnsafeBufferPointer(rebasing: values[elements]), became: UnsafeBufferPointer(rebasing: results[elements]),
          range: conversion.element.range(scale: scale, zeroPoint: 0))
      }
    }
  }
}

extension ElementFormat {
  /// The least and the greatest finite real value, of integers with the half step that rounds to them; 0 ... 0 where the
  /// scale is NaN.
  func range(scale: Float, zeroPoint: Int32) -> ClosedRange<Float> {
    guard scale.isFinite else { return 0...0 }
    let (least, greatest): (Double, Double) =
      switch self {
      case .float(let format): (-format.greatestFiniteMagnitude, format.greatestFiniteMagnitude)
      case .signed(_, let limit): (-0.5 - Double(limit), Double(limit) + 0.5)
      case .unsigned(let bits): (-0.5 - Double(zeroPoint), Double((1 << bits) - 1 - Int(zeroPoint)) + 0.5)
      // All but the point's two digits stand behind it.
      case .fixedPoint(let bits): (2 / Double(1 << (bits - 1)) - 2, 2 - 2 / Double(1 << (bits - 1)))
      }
    return Float(least * Double(scale))...Float(greatest * Double(scale))
  }
}
