import CKernels
import CLinux
import Engines
import NumericFormats
import Records
import Tensors
import Topology

/// The ceilings of one placement while they are measured: a pinned team, memory for each of its threads, and the jobs.
final class PlacementCeilings {
  private let plan: FigurePlan
  private let threads: Int
  private let options: CeilingMeter.Options
  private let team: ThreadTeam
  private let memory: AlignedBuffer
  /// Whether the system agreed to huge pages.
  let hugePages: Bool
  private let clockJob: Job
  private let peakJobs: [Job]
  private var streamJobs: [Job] = []
  private var chaseJobs: [Job] = []

  private static let addend: UInt64 = 3
  /// Iterations, additions or loads of one unit: some ten nanoseconds or more.
  private static let peakUnit = 16
  private static let addUnit = 64
  private static let chaseUnit = 64

  init(topology: Topology, placement: Placement, options: CeilingMeter.Options, withLatency: Bool) throws {
    plan = FigurePlan(topology: topology, placement: placement, options: options, withLatency: withLatency)
    threads = placement.threads
    self.options = options
    team = try ThreadTeam(pus: placement.pus)
    memory = try AlignedBuffer(byteCount: plan.byteCount)
    hugePages = clinux_advise_huge_pages(memory.baseAddress, memory.byteCount) == 0
    let threads = Double(threads)
    clockJob = Job(
      "clock", workPerUnit: Double(Self.addUnit), expected: { Int64($0) * Int64(Self.addUnit) * Int64(Self.addend) },
      run: { _, units in Int64(bitPattern: ckernels_dependent_adds(Int64(units * Self.addUnit), Self.addend)) })
    peakJobs = plan.peaks.map { loop in
      Job(
        "\(loop.precision.rawValue) \(loop.isa)",
        workPerUnit: loop.operationsPerIteration * Double(Self.peakUnit) * threads,
        expected: { Int64($0) * Int64(Self.peakUnit) * loop.sumPerIteration },
        run: { _, units in loop.run(iterations: units * Self.peakUnit) })
    }
    // Each thread touches its own memory first, so that it lies on the thread's node.
    let (base, plan) = (memory.baseAddress, plan)
    team.run { thread in
      let part = plan.memory(of: thread)
      (base + part.lowerBound).initializeMemory(as: UInt8.self, repeating: 1, count: part.count)
    }
    streamJobs = plan.streams.map { level, loop in
      let arrayBytes = StreamLoop.arrayBytes(sharing: level.bytesPerThread, arrays: loop.arrays)
      return Job(
        "\(level.name) \(loop.pattern.rawValue)", workPerUnit: Double(arrayBytes * loop.arrays) * threads,
        run: { thread, units in
          Int64(loop.run(base + plan.memory(of: thread).lowerBound, arrayBytes: arrayBytes, passes: units))
        })
    }
    chaseJobs = plan.chases.map { level in
      let nodes = level.bytesPerThread / Int(CKERNELS_CHASE_STRIDE)
      let chain = Chain(start: base)
      return Job(
        "\(level.name) latency", workPerUnit: Double(Self.chaseUnit),
        // Bandwidth loops overwrite the chain.
        prepare: {
          ckernels_chase_link(base, nodes, 1)
          chain.place = base
        },
        run: { thread, units in
          // The others leave the caches and the memory to the first.
          guard thread == 0 else { return 0 }
          chain.place = ckernels_chase(chain.place, Int64(units * Self.chaseUnit))
          return Int64(base.distance(to: chain.place))
        })
    }
  }

  /// The number of figures of a placement.
  static func figureCount(
    topology: Topology, placement: Placement, options: CeilingMeter.Options, withLatency: Bool
  ) -> Int {
    FigurePlan(topology: topology, placement: placement, options: options, withLatency: withLatency).count
  }

  /// Visits every job in every round.
  func measure(_ started: (_ name: String) -> Void) throws {
    let timer = try LoopTimer(team: team)
    let visit = Int64(options.seconds * 1e9) / Int64(max(1, options.rounds))
    for _ in 0..<options.rounds {
      for job in [clockJob] + peakJobs + streamJobs + chaseJobs {
        started("\(threads) \(threads == 1 ? "thread" : "threads"): \(job.name)")
        try job.visit(timer, nanoseconds: visit)
      }
    }
  }

  // MARK: What came of it

  /// Why figures are missing.
  var notes: [String] { plan.notes }

  /// The clock.
  var clock: Roofline.Clock? {
    RepeatedFigure(rates: clockJob.rates).map { Roofline.Clock(threads: threads, hertz: $0) }
  }

  /// Arithmetic.
  var peaks: [Roofline.Peak] {
    zip(plan.peaks, peakJobs).compactMap { loop, job in
      RepeatedFigure(rates: job.rates).map {
        Roofline.Peak(
          isa: loop.isa, instructions: loop.instructions, precision: loop.precision, threads: threads, rate: $0)
      }
    }
  }

  /// Bandwidth.
  var bandwidths: [Roofline.Bandwidth] {
    zip(plan.streams, streamJobs).compactMap { stream, job in
      RepeatedFigure(rates: job.rates).map {
        Roofline.Bandwidth(
          level: stream.level.name, pattern: stream.loop.pattern, isNonTemporal: stream.loop.isNonTemporal,
          isa: stream.loop.isa, threads: threads, bytesPerThread: stream.level.bytesPerThread, rate: $0)
      }
    }
  }

  /// Latency.
  var latencies: [Roofline.Latency] {
    zip(plan.chases, chaseJobs).compactMap { level, job in
      RepeatedFigure(times: job.rates.map { 1 / $0 }).map {
        Roofline.Latency(level: level.name, bytes: level.bytesPerThread, seconds: $0)
      }
    }
  }
}

/// Where a pointer chase is. Every repetition goes on from there: one that began again at the same node would find its
/// few thousand nodes in a cache.
private final class Chain {
  var place: UnsafeMutableRawPointer

  init(start: UnsafeMutableRawPointer) { place = start }
}
