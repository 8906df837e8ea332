import CLinux

/// One ceiling that is being measured: what to repeat, how much of it at a time, and the times so far.
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
  private var units = 0
  /// Nanoseconds of every repetition.
  private var times: [Int64] = []

  /// A repetition this long makes starting threads and reading the clock less than a thousandth of it.
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
  func visit(_ timer: borrowing LoopTimer, nanoseconds: Int64) throws(CeilingError) {
    prepare()
    if units == 0 { try calibrate(timer) }
    let end = clinux_clock_ns() + nanoseconds
    var count = 0
    while count < Self.leastRepetitions || (clinux_clock_ns() < end && count < Self.mostRepetitions) {
      times.append(try repetition(timer))
      count += 1
    }
  }

  /// Work per second of each repetition.
  var rates: [Double] { times.map { workPerUnit * Double(units) / Double($0) * 1e9 } }

  /// Doubles the units until a repetition is long enough; what is run here also warms caches up.
  ///
  /// Of three repetitions the shortest decides: one that was interrupted would look long enough.
  private func calibrate(_ timer: borrowing LoopTimer) throws(CeilingError) {
    units = 1
    while units < 1 << 40 {
      var time = Int64.max
      for _ in 0..<3 {
        time = min(time, try repetition(timer))
        // Nothing makes this long by accident.
        if time > 20 * Self.repetitionNanoseconds { break }
      }
      if time >= Self.repetitionNanoseconds { return }
      units *= time > Self.repetitionNanoseconds / 2 ? 2 : time > Self.repetitionNanoseconds / 16 ? 4 : 16
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
