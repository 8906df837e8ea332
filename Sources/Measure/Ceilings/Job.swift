import CLinux

/// One ceiling that is being measured: what to repeat, how much of it at a time, and the rates so far.
final class Job {
  /// What the user reads while it runs.
  let name: String
  /// Operations, bytes or loads of all threads in one unit.
  let workPerUnit: Double
  /// Makes memory ready, once for each visit.
  private let prepare: () -> Void
  /// Does `units` on one thread and returns a sum.
  private let run: (_ thread: Int, _ units: Int) -> Int64
  /// The sum that `units` on one thread must give, where it is known.
  private let expected: ((_ units: Int) -> Int64)?
  private var units = 1
  /// Work per second of every repetition.
  private(set) var rates: [Double] = []

  /// Half of it at least: starting threads and reading the clock then take less than a hundredth.
  private static let repetitionNanoseconds: Int64 = 500_000
  /// Even where a repetition takes longer than all the time there is.
  private static let leastRepetitions = 2
  private static let mostRepetitions = 1 << 16

  init(
    _ name: String, workPerUnit: Double, prepare: @escaping () -> Void = {},
    expected: ((_ units: Int) -> Int64)? = nil, run: @escaping (_ thread: Int, _ units: Int) -> Int64
  ) {
    self.name = name
    self.workPerUnit = workPerUnit
    self.prepare = prepare
    self.run = run
    self.expected = expected
  }

  /// Repeats for `nanoseconds`.
  ///
  /// A repetition that is over too soon makes all later ones longer and does not count; at the first visit this finds the
  /// length, and later it corrects one that was found while something else held the cores up.
  func visit(_ timer: borrowing LoopTimer, nanoseconds: Int64) throws(CeilingError) {
    prepare()
    let end = clinux_clock_ns() + nanoseconds
    var count = 0
    while count < Self.leastRepetitions || (clinux_clock_ns() < end && count < Self.mostRepetitions) {
      let time = try repetition(timer)
      if time < Self.repetitionNanoseconds / 2, units < 1 << 40 {
        units *= time < Self.repetitionNanoseconds / 32 ? 16 : 2
      } else {
        rates.append(workPerUnit * Double(units) / Double(time) * 1e9)
        count += 1
      }
    }
  }

  private func repetition(_ timer: borrowing LoopTimer) throws(CeilingError) -> Int64 {
    let units = units
    let run = run
    let time = timer.nanoseconds { run($0, units) }
    if let expected {
      let right = expected(units)
      for result in timer.results where result != right {
        throw CeilingError(loop: name, result: result, expected: right)
      }
    }
    return time
  }
}
