import NumericFormats
import Synchronization

/// A matrix product under a contract, every element by the scalar oracle.
public struct ContractProduct {
  /// The contract.
  public let contract: NumericsContract
  private let oracle: ContractOracle
  private let left: ContractOperand
  private let right: ContractOperand

  /// What sums are codes of.
  public enum SumFormat: String, Sendable {
    case fp32, fp16, s32
  }

  /// Makes a product of operands of equal depth; nil where the contract has no oracle.
  public init?(_ contract: NumericsContract, _ left: ContractOperand, _ right: ContractOperand) {
    guard let oracle = ContractOracle(contract), left.depth == right.depth else { return nil }
    self.contract = contract
    self.oracle = oracle
    self.left = left
    self.right = right
  }

  /// What sums are codes of.
  public static func sumFormat(of accumulation: Accumulation) -> SumFormat {
    if accumulation.isInteger { return .s32 }
    return accumulation == .fp16Chain ? .fp16 : .fp32
  }

  /// sums[i * columns + j] becomes the sum that starts from it and runs along line i of the first and line j of the second
  /// operand; FP32 sums are then multiplied by the scales of both, one FP32 multiplication by their FP32 product. Integer
  /// sums are left as the instruction gives them.
  ///
  /// - Precondition: there are as many sums as pairs of lines.
  public func add(to sums: inout [UInt32], on team: ThreadTeam) {
    let columns = right.lines
    precondition(sums.count == left.lines * columns)
    let lineBytes = left.depth * oracle.operandBytes
    let isScaled = !contract.accumulation.isInteger && !(left.scales.isEmpty && right.scales.isEmpty)
    let next = Atomic<Int>(0)
    left.codes.withUnsafeBytes { a in
      right.codes.withUnsafeBytes { b in
        sums.withUnsafeMutableBufferPointer { sums in
          // Without elements there is nothing to add, and no address to add it from.
          guard let a = a.baseAddress, let b = b.baseAddress else { return }
          // Threads write rows of their own.
          team.run { _ in
            while true {
              let row = next.wrappingAdd(1, ordering: .relaxed).oldValue
              guard row < left.lines else { return }
              for column in 0..<columns {
                let index = row * columns + column
                let sum = oracle.dot(
                  sums[index], a + row * lineBytes, stride: 1, b + column * lineBytes, stride: 1, count: left.depth)
                sums[index] = isScaled ? scaled(sum, row, column) : sum
              }
            }
          }
        }
      }
    }
  }

  /// A sum times the scales of its lines.
  private func scaled(_ sum: UInt32, _ row: Int, _ column: Int) -> UInt32 {
    (Float(bitPattern: sum) * (Self.scale(left.scales, row) * Self.scale(right.scales, column))).bitPattern
  }

  private static func scale(_ scales: [Float], _ line: Int) -> Float {
    scales.isEmpty ? 1 : scales[scales.count == 1 ? 0 : line]
  }
}
