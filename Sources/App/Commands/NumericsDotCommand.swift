import ArgumentParser
import Engines
import Foundation
import NumericFormats
import Reports
import Tensors
import Topology

/// `assay numerics dot`.
struct NumericsDotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dot",
    abstract: "Multiplies two matrices under a numerics contract, bit for bit as its instruction does.",
    discussion: """
      A is (m, k) and B (k, n), as for numpy.matmul, and C (m, n); one of one dimension is a row (A) or a column (B). \
      Operands in FP32 are rounded as the contract says; the scales that it needs are printed. Codes are taken as they \
      are: bfloat16 or uint16 for BF16, float16 or uint16 for FP16, uint8 for FP8 and u8, int8 for s8. \
      C is float32, float16 for fp16-fma, and int32 for integers: the instruction's own sums, in which a zero point is \
      still to be corrected for. \
      Files whose names end in .npy are NumPy's; others are nothing but little-endian elements: float32 unless --a-type \
      or --b-type say otherwise, of one dimension unless --a-shape or --b-shape do.

      Examples:
        assay numerics dot --contract vdpbf16ps a.npy b.npy c.npy
        assay numerics dot --contract vdpbf16ps a.npy weights.npy c.npy \\
          --transposed-b --accumulate c0.npy
        assay numerics dot --contract u8s8-maddubs a.raw b.raw c.raw --a-type uint8 \\
          --a-shape 2x64 --b-type int8 --b-shape 64x8 --json
      """)

  @Option(help: ArgumentHelp("The contract; see assay numerics list.", valueName: "name"))
  var contract: String

  @Argument(help: ArgumentHelp("The first operand.", valueName: "a"))
  var a: String

  @Argument(help: ArgumentHelp("The second operand.", valueName: "b"))
  var b: String

  @Argument(help: ArgumentHelp("The result, which is replaced.", valueName: "c"))
  var c: String

  @Option(help: ArgumentHelp("What sums start from, of C's type and shape; zeros by default.", valueName: "file"))
  var accumulate: String?

  @Flag(name: .customLong("transposed-b"), help: "B is (n, k), as weights are stored.")
  var transposedB = false

  @Option(
    name: .customLong("a-type"), help: ArgumentHelp("Elements of A where its file does not say.", valueName: "type"))
  var aType: String?

  @Option(
    name: .customLong("b-type"), help: ArgumentHelp("Elements of B where its file does not say.", valueName: "type"))
  var bType: String?

  @Option(
    name: .customLong("a-shape"), help: ArgumentHelp("Extents of A where its file does not say.", valueName: "mxk"))
  var aShape: String?

  @Option(
    name: .customLong("b-shape"), help: ArgumentHelp("Extents of B where its file does not say.", valueName: "kxn"))
  var bShape: String?

  @Flag(help: "Print JSON.")
  var json = false

  /// The greatest extent, and the most elements of a result.
  private static let limit = 1 << 30

  func run() throws {
    let contract = try NumericsCommand.contract(contract)
    guard ContractOracle(contract) != nil else {
      throw CommandFailure(
        "The contract \(contract.name) leaves the order of sums to a library, so that no result is the exact one; "
          + "take \(NumericsContract.fp32FMA.name).", exitCode: 64)
    }
    let file = try OutputFile(c, option: "The result")
    try OutputFile.requireDistinct(
      [("The result", c)], from: [("the first operand", a), ("the second operand", b), ("--accumulate", accumulate)])
    try file.requireWritable()
    let first = try matrix(a, type: aType, shape: aShape, option: "a", isColumn: false)
    let given = try matrix(b, type: bType, shape: bShape, option: "b", isColumn: !transposedB)
    // Lines of the second operand run along the depth.
    let second = transposedB ? given : try given.transposed()
    let left = try ContractOperand(first, .left, of: contract)
    let right = try ContractOperand(second, .right, of: contract)
    guard left.depth == right.depth else {
      throw CommandFailure(
        "A is \(first.shape) and B \(given.shape)\(transposedB ? " (n, k)" : ""): the depth is \(left.depth) in one and "
          + "\(right.depth) in the other and must be the same.", exitCode: 65)
    }
    guard let product = ContractProduct(contract, left, right) else {
      throw CommandFailure("The contract \(contract.name) has no exact result.", exitCode: 64)
    }
    let (count, overflow) = left.lines.multipliedReportingOverflow(by: right.lines)
    guard !overflow, count <= Self.limit else {
      throw CommandFailure(
        "A is \(first.shape) and B \(given.shape): a result of more than \(Self.limit) elements is not made.",
        exitCode: 65)
    }
    var sums = try start(left, right, contract)
    let threads = min(max(1, count * left.depth >> 16), try Topology.discover().usableCores)
    product.add(to: &sums, on: try ThreadTeam(unpinnedThreads: threads))
    try write(sums, Shape([left.lines, right.lines]), contract)
    try report(contract, left, right)
  }

  /// An operand of two dimensions.
  private func matrix(
    _ path: String, type: String?, shape: String?, option: String, isColumn: Bool
  ) throws -> Tensor {
    let file = ArrayFile(path: path)
    if file.isNPY, let idle = type.map({ _ in "--\(option)-type" }) ?? shape.map({ _ in "--\(option)-shape" }) {
      throw CommandFailure("\(idle) is for raw files; \(path) says its own type and shape.", exitCode: 64)
    }
    let rawType = try type.map { try ArrayFile.elementType($0, option: "--\(option)-type") } ?? .float32
    let rawShape = try shape.map { try ArrayFile.shape($0, option: "--\(option)-shape") }
    let tensor = try file.read(rawType: rawType, rawShape: rawShape)
    guard (1...2).contains(tensor.shape.rank), tensor.shape.dims.allSatisfy({ $0 <= Self.limit }) else {
      throw CommandFailure(
        "The file \(path) has the shape \(tensor.shape.rank == 0 ? "of a scalar" : "\(tensor.shape)"); one or two "
          + "dimensions, each of at most \(Self.limit), are multiplied.", exitCode: 65)
    }
    guard tensor.shape.rank == 1 else { return tensor }
    let length = tensor.shape[0]
    return try tensor.reshaped(isColumn ? [length, 1] : [1, length])
  }

  /// What sums start from.
  private func start(
    _ left: ContractOperand, _ right: ContractOperand, _ contract: NumericsContract
  ) throws -> [UInt32] {
    let shape = Shape([left.lines, right.lines])
    guard let accumulate else { return [UInt32](repeating: 0, count: shape.count) }
    let format = ContractProduct.sumFormat(of: contract.accumulation)
    guard format == .s32 || (left.scales.isEmpty && right.scales.isEmpty) else {
      throw CommandFailure(
        "--accumulate needs operands without scales under \(contract.name), whose sums are scaled at the end; give codes.",
        exitCode: 64)
    }
    let file = ArrayFile(path: accumulate)
    let tensor = try file.read(rawType: format.elementType, rawShape: shape.dims)
    guard tensor.elementType == format.elementType, tensor.shape == shape else {
      throw CommandFailure(
        "The file \(accumulate) is \(tensor.type); --accumulate under \(contract.name) needs "
          + "\(TensorType(format.elementType, shape)).", exitCode: 65)
    }
    if format == .fp16 { return tensor.elements(as: UInt16.self).map(UInt32.init) }
    return Array(tensor.elements(as: UInt32.self))
  }

  private func write(_ sums: [UInt32], _ shape: Shape, _ contract: NumericsContract) throws {
    let format = ContractProduct.sumFormat(of: contract.accumulation)
    let type = TensorType(format.elementType, shape)
    if format == .fp16 {
      try sums.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes { try ArrayFile(path: c).write($0, type: type) }
    } else {
      try sums.withUnsafeBytes { try ArrayFile(path: c).write($0, type: type) }
    }
  }

  private func report(_ contract: NumericsContract, _ left: ContractOperand, _ right: ContractOperand) throws {
    let format = ContractProduct.sumFormat(of: contract.accumulation).elementType
    if json {
      return try Terminal.write(
        json: Output(
          contract: contract.name, result: c, type: format.rawValue, shape: [left.lines, right.lines],
          depth: left.depth, leftScales: left.scales, leftZeroPoint: left.zeroPoint, rightScales: right.scales))
    }
    var lines = [
      "\(contract.name): \(c) is \(TensorType(format, Shape([left.lines, right.lines]))), depth \(left.depth)"
    ]
    for (name, operand) in [("A", left), ("B", right)] where !operand.scales.isEmpty {
      let (least, greatest) = (operand.scales.min() ?? 1, operand.scales.max() ?? 1)
      let range = least == greatest ? "\(least)" : "\(least) to \(greatest), \(operand.scales.count) of them (--json)"
      lines.append("\(name): scale \(range), zero point \(operand.zeroPoint)")
    }
    try Terminal.write(lines.joined(separator: "\n") + "\n")
  }

  /// What `--json` prints.
  private struct Output: Encodable {
    let contract: String
    let result: String
    let type: String
    let shape: [Int]
    let depth: Int
    let leftScales: [Float]
    let leftZeroPoint: Int32
    let rightScales: [Float]
  }
}

extension ContractProduct.SumFormat {
  /// How files hold it.
  fileprivate var elementType: ElementType {
    switch self {
    case .fp32: .float32
    case .fp16: .float16
    case .s32: .int32
    }
  }
}

extension Tensor {
  /// The same elements with other extents.
  fileprivate func reshaped(_ dims: [Int]) throws -> Tensor {
    try Tensor(TensorType(elementType, Shape(dims))) { $0.copyMemory(from: bytes) }
  }

  /// Rows and columns exchanged.
  fileprivate func transposed() throws -> Tensor {
    let (rows, columns, size) = (shape[0], shape[1], elementType.byteCount)
    return try Tensor(TensorType(elementType, Shape([columns, rows]))) { destination in
      for row in 0..<rows {
        for column in 0..<columns {
          let (from, to) = ((row * columns + column) * size, (column * rows + row) * size)
          for byte in 0..<size { destination[to + byte] = bytes[from + byte] }
        }
      }
    }
  }
}
