import Conversions
import Harness
import NumericFormats
import Tensors

/// What the options of `assay numerics convert` ask for, checked.
struct ConversionChoice {
  /// Which elements share a scale.
  enum Scales: Equatable {
    /// Elements have none.
    case none
    /// All of them, as given; nil: by the range of the values.
    case array(scale: Float?, zeroPoint: Int32)
    /// Those of one index of the first dimension.
    case channels
    /// So many of the last dimension.
    case blocks(Int)
  }

  /// A side of the conversion that is not FP32.
  struct Side {
    let format: ArrayFormat
    let conversion: Conversion
    let scales: Scales

    /// As an operand with its blocks; nil where it has none.
    var blocks: BlockConverter? {
      guard case .blocks(let size) = scales else { return nil }
      let scaling: Scaling = format.isMX ? .block(size: size) : .group(size: size)
      return BlockConverter(OperandFormat(conversion, scaling: scaling))
    }
  }

  let input: ArrayFile, output: ArrayFile
  /// The input's codes; nil where the file says what it holds.
  let from: Side?
  let to: Side
  let rawShape: [Int]?
  let dequantised: Bool
  /// The file of scales that is read with the input or written with the output; nil where there is none.
  let scalesFile: ArrayFile?

  init(_ command: NumericsConvertCommand) throws {
    input = ArrayFile(path: command.input)
    output = ArrayFile(path: command.output)
    dequantised = command.dequantised
    guard command.from != nil || command.to != nil else { throw Self.usage("--to says what to convert to; see --help") }
    let from = try command.from.map { try Self.format($0) }
    let to = try command.to.map { try Self.format($0) } ?? Self.fp32
    if let from, from.isInteger || from.isMX, to.isInteger || to.isMX {
      throw Self.usage("\(from.name) and \(to.name) both have scales; convert to fp32 and from there")
    }
    if input.isNPY, command.shape != nil {
      throw Self.usage("--shape is for raw files; \(command.input) says its own shape")
    }
    rawShape = try command.shape.map { try ArrayFile.shape($0, option: "--shape") }
    let scaled = from.map { $0.isInteger || $0.isMX } == true ? from ?? to : to
    let scales = try Self.scales(command, of: scaled)
    let conversion = try Self.conversion(command, to)
    self.to = Side(format: to, conversion: conversion, scales: scaled == to ? scales : .none)
    self.from = from.map { format in
      Side(format: format, conversion: format.operand.conversion, scales: scaled == format ? scales : .none)
    }
    if case .array(nil, _)? = self.from?.scales {
      throw Self.usage("--from \(scaled.name) needs --scale, --per-channel or --block")
    }
    switch scales {
    case .channels, .blocks:
      let reads = self.from?.scales == scales
      scalesFile = ArrayFile(path: command.scales ?? Self.scalesPath(beside: reads ? command.input : command.output))
    case .none, .array:
      if command.scales != nil {
        throw Self.usage(
          "--scales is for --per-channel, --block and the MX formats; \(scaled.name) has none of them here")
      }
      scalesFile = nil
    }
    try refuseHiddenOptions(command)
  }

  /// The file of scales where it is read.
  var scalesToRead: ArrayFile? { from.map { $0.scales != .none } == true ? scalesFile : nil }
  /// The file of scales where it is written.
  var scalesToWrite: ArrayFile? { scalesToRead == nil && !dequantised ? scalesFile : nil }

  static let fp32 = ArrayFormat.all[0]

  static func usage(_ clause: String) -> CommandFailure { CommandFailure("\(clause).", exitCode: 64) }

  /// y.npy has its scales in y.scales.npy.
  private static func scalesPath(beside path: String) -> String {
    let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path + ".scales" }
    return String(path[..<dot]) + ".scales" + String(path[dot...])
  }

  private static func format(_ name: String) throws(UnknownName) -> ArrayFormat {
    if let format = ArrayFormat.named(name) { return format }
    throw UnknownName(
      kind: "format", name: String(name.prefix(60)), known: ArrayFormat.all.map(\.name),
      meant: ArrayFormat.names(ofFamily: name))
  }

  /// Options that would change nothing are refused rather than ignored.
  private func refuseHiddenOptions(_ command: NumericsConvertCommand) throws(CommandFailure) {
    if to.format == Self.fp32, to.conversion != Conversion.fp32, to.conversion.subnormals == .kept {
      throw Self.usage("Nothing is rounded on the way to fp32; --rounding, --seed and --overflow are for other formats")
    }
  }

  private static func conversion(
    _ command: NumericsConvertCommand, _ format: ArrayFormat
  ) throws -> Conversion {
    let roundings: [Rounding] = [.nearestEven, .towardZero, .nearestAway, .stochastic(seed: command.seed ?? 0)]
    guard let rounding = roundings.first(where: { $0.name == command.rounding.lowercased() }) else {
      throw UnknownName(kind: "rounding", name: String(command.rounding.prefix(60)), known: roundings.map(\.name))
    }
    if command.seed != nil, rounding.name != "stochastic" {
      throw usage("--seed is for --rounding stochastic; \(rounding.name) draws no random numbers")
    }
    guard let subnormals = Subnormals(rawValue: command.subnormals.lowercased()) else {
      throw usage("--subnormals \(command.subnormals.prefix(60)) is neither kept nor flushed")
    }
    var conversion = format.operand.conversion
    (conversion.rounding, conversion.subnormals) = (rounding, subnormals)
    if let text = command.overflow {
      guard let overflow = Overflow(rawValue: text.lowercased()) else {
        throw usage("--overflow \(text.prefix(60)) is neither saturate nor infinity")
      }
      guard overflow == .saturate || format.hasNaN else {
        throw usage("--overflow infinity: \(format.name) has neither infinity nor NaN, so that values saturate")
      }
      conversion.overflow = overflow
    }
    return conversion
  }

  private static func scales(_ command: NumericsConvertCommand, of format: ArrayFormat) throws(CommandFailure) -> Scales
  {
    if let block = command.block, !(1...(1 << 30)).contains(block) {
      throw usage("--block \(block) is no number of elements; give 1 to \(1 << 30)")
    }
    if format.isMX {
      if let option = command.scale.map({ _ in "--scale" }) ?? command.zeroPoint.map({ _ in "--zero-point" })
        ?? (command.perChannel ? "--per-channel" : nil)
      {
        throw usage("\(option) does not go with \(format.name), whose blocks have scales of their own")
      }
      return .blocks(command.block ?? 32)
    }
    guard format.isInteger else {
      let given = [
        ("--scale", command.scale != nil), ("--zero-point", command.zeroPoint != nil),
        ("--per-channel", command.perChannel),
        ("--block", command.block != nil),
      ].first { $0.1 }
      if let given { throw usage("\(given.0) does not go with \(format.name), which has no scale") }
      return .none
    }
    let ways = [command.scale != nil, command.perChannel, command.block != nil].count { $0 }
    guard ways <= 1 else { throw usage("--scale, --per-channel and --block exclude each other") }
    var isSigned = false
    if case .signed = format.element { isSigned = true }
    if command.perChannel || command.block != nil {
      guard isSigned else {
        throw usage(
          "Scales of channels and blocks are symmetric, so that \(format.name) cannot have them; take s8 or s4")
      }
      guard command.zeroPoint == nil else { throw usage("--zero-point goes with --scale alone") }
      return command.block.map(Scales.blocks) ?? .channels
    }
    guard let scale = command.scale else {
      guard command.zeroPoint == nil else { throw usage("--zero-point needs --scale") }
      return .array(scale: nil, zeroPoint: 0)
    }
    guard scale.isFinite, scale >= .leastNormalMagnitude else {
      throw usage("--scale \(scale) cannot be used; give a finite one of at least \(Float.leastNormalMagnitude)")
    }
    let zeroPoint = command.zeroPoint ?? 0
    let limit = isSigned ? 0 : Int32(1 << format.element.bitCount) - 1
    guard (0...limit).contains(zeroPoint) else {
      throw usage("--zero-point \(zeroPoint) cannot be used; \(format.name) takes 0\(limit > 0 ? " to \(limit)" : "")")
    }
    return .array(scale: scale, zeroPoint: zeroPoint)
  }
}
