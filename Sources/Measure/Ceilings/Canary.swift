import CLinux
import Engines
import Foundation
import NumericFormats
import Records
import Tensors

/// Two loops that never change, run between measurements on one PU: where they slow down, the machine moved, and not what was
/// measured.
///
/// One multiplies and adds FP32 in registers, the other reads memory that no cache holds.
public final class Canary: Sendable {
  /// What one run of both loops found.
  public struct Reading: Hashable, Sendable {
    /// FP32 multiply-adds a second.
    public let multiplyAdds: Double
    /// Bytes read a second.
    public let bytes: Double
    /// Seconds that it took.
    public let seconds: Double
  }

  /// More than a core's share of most last-level caches, and touched in a few milliseconds.
  private static let arrayBytes = 64 << 20
  private static let iterationsPerTurn = 4096

  private let pu: Int
  private let seconds: Double
  private let memory: Memory

  /// Makes a canary for a PU (OS index); each of its loops takes half of `seconds`.
  ///
  /// - Throws: ``AllocationError`` where its 64 MB are not to be had.
  public init(pu: Int, seconds: Double) throws(AllocationError) {
    self.pu = pu
    self.seconds = seconds
    memory = try Memory()
  }

  /// Runs both loops on a thread of its own and waits for it without blocking; nil where this machine has no such loops or the
  /// PU is refused.
  public func measure() async -> Reading? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.run()) }
    }
  }

  private func run() -> Reading? {
    var cpu = Int32(clamping: pu)
    guard clinux_set_affinity(&cpu, 1) == 0, let peak = PeakLoop.available().last(where: { $0.precision == .fp32 }),
      let stream = StreamLoop.widest().first(where: { $0.pattern == .read && !$0.isNonTemporal })
    else { return nil }
    let begin = clinux_clock_ns()
    let half = Int64(seconds / 2 * 1e9)
    let perTurn = peak.operationsPerIteration / 2 * Double(Self.iterationsPerTurn)
    let turns = Self.repeats(for: half) { peak.run(iterations: Self.iterationsPerTurn) }
    let passes = Self.repeats(for: half) {
      Int64(stream.run(memory.buffer.baseAddress, arrayBytes: Self.arrayBytes, passes: 1))
    }
    return Reading(
      multiplyAdds: turns.rate * perTurn, bytes: passes.rate * Double(Self.arrayBytes),
      seconds: Double(clinux_clock_ns() - begin) / 1e9)
  }

  /// How often a second `body` ran within `nanoseconds`; it runs twice at least, and the first time does not count.
  private static func repeats(for nanoseconds: Int64, _ body: () -> Int64) -> (rate: Double, sum: Int64) {
    var sum = body()
    let start = clinux_clock_ns()
    var (count, now) = (0.0, start)
    repeat {
      sum &+= body()
      count += 1
      now = clinux_clock_ns()
    } while now - start < nanoseconds
    return (count / (Double(max(1, now - start)) / 1e9), sum)
  }

  /// The array, touched once.
  private final class Memory: Sendable {
    let buffer: AlignedBuffer

    init() throws(AllocationError) {
      buffer = try AlignedBuffer(byteCount: Canary.arrayBytes)
      buffer.baseAddress.initializeMemory(as: UInt8.self, repeating: 1, count: Canary.arrayBytes)
    }
  }
}
