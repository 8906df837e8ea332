import CLinux
import LoadGen

/// A server that computes samples in batches, as they come: several instances, each a thread of its own, take what waits
/// when there is enough of it or when it has waited long enough.
///
/// Issuing takes a lock for some tens of nanoseconds, allocates nothing and wakes a thread only where that has something to
/// do. Source of the idea: the batch scheduling of TensorFlow Serving and the dynamic batcher of Triton.
public final class DynamicBatcher: SystemUnderTest {
  /// Samples that may wait at the same time: as many as a test may have outstanding.
  public static let usualCapacity = 1 << 20
  /// Instances that may be asked for.
  public static let instanceLimit = 1024
  /// How long the end waits for instances that compute: 10 s.
  public static let usualPatience: Int64 = 10_000_000_000

  /// What the logs call it.
  public let name: String
  private let core: BatchingCore
  /// Those of instances that were not joined.
  private var threads: [clinux_thread] = []

  /// What a thread is started with; used by that thread alone.
  private final class Start {
    private let core: BatchingCore
    private let instance: Int
    /// Given up after its call: it may hold all that models are made of.
    private var makeRunner: @Sendable (Int) throws -> any BatchRunner

    init(_ core: BatchingCore, _ instance: Int, _ makeRunner: @escaping @Sendable (Int) throws -> any BatchRunner) {
      self.core = core
      self.instance = instance
      self.makeRunner = makeRunner
    }

    func run() {
      serve()
      core.ended(instance)
    }

    /// The runner is gone when this returns.
    private func serve() {
      let runner: any BatchRunner
      do { runner = try make() } catch {
        return core.started(.failure(error), instance: instance)
      }
      core.started(.success(runner.maxBatch), instance: instance)
      guard core.waitForOthers(instance) else { return }
      core.serve(runner, instance: instance)
    }

    private func make() throws -> any BatchRunner {
      defer { makeRunner = { _ in throw BatchingError(reason: "an instance is made once") } }
      return try makeRunner(instance)
    }
  }

  /// Starts the instances and returns when all of them have made their runners.
  ///
  /// - Parameters:
  ///   - policy: when samples become a batch; batches are never larger than the least ``BatchRunner/maxBatch``.
  ///   - instances: how many.
  ///   - capacity: samples that may wait; more are refused.
  ///   - clock: where the times of the report come from. Any thread must be able to read it.
  ///   - makeRunner: called on each instance's thread with its number, all at once; the runner is given up there too.
  /// - Throws: what `makeRunner` throws; ``BatchingError`` where the system refuses threads.
  public init(
    name: String, policy: BatchPolicy, instances: Int, capacity: Int = DynamicBatcher.usualCapacity,
    clock: any NanosecondClock = SystemClock(), makeRunner: @escaping @Sendable (Int) throws -> any BatchRunner
  ) throws {
    guard (1...Self.instanceLimit).contains(instances) else {
      throw BatchingError(reason: "a server has 1 to \(Self.instanceLimit) instances, not \(instances)")
    }
    self.name = name
    self.policy = policy
    core = BatchingCore(policy: policy, capacity: capacity, instances: instances, clock: clock)
    for instance in 0..<instances {
      let start = Unmanaged.passRetained(Start(core, instance, makeRunner))
      var thread = clinux_thread()
      let status = clinux_thread_start(
        { context in Unmanaged<Start>.fromOpaque(context!).takeRetainedValue().run() }, start.toOpaque(), &thread)
      guard status == 0 else {
        start.release()
        for missing in instance..<instances { core.neverStarted(missing) }
        close()
        throw BatchingError(reason: "the system refuses thread \(instance + 1) of \(instances) (error \(-status))")
      }
      threads.append(thread)
    }
    do { try core.waitForStart() } catch {
      close()
      throw error
    }
    self.policy = core.policy
  }

  deinit {
    if !threads.isEmpty { close(patience: 1_000_000_000) }
  }

  /// When samples become a batch: what was asked for, with the greatest batch that every runner can compute.
  public private(set) var policy: BatchPolicy

  /// How many instances there are.
  public var instances: Int { core.instances }

  /// Samples that have to wait so that no instance is ever idle.
  public var appetite: Int { 2 * instances * policy.maxBatch }

  /// Lets samples wait for their batch.
  ///
  /// - Throws: ``SystemFault`` where the queue has no room for all of them, and after the end.
  public func issue(_ samples: UnsafeBufferPointer<QuerySample>, to responses: ResponseCollector) throws(SystemFault) {
    try core.issue(samples, to: responses)
  }

  /// Nobody who waits now waits for others.
  public func flush() { core.flush() }

  /// Forgets the samples that wait, and returns when those that are being computed are done, or after 10 s.
  public func abandon() { core.abandon(patience: Self.usualPatience) }

  /// What happened since the start or since ``resetReport()``. Batches that
  /// are still being computed after a second are not in it.
  public var report: BatchingReport { core.report() }

  /// Forgets what happened. Call it between tests, not while samples wait.
  public func resetReport() { core.resetReport() }

  /// Ends the instances after the batches that they compute; samples that wait are answered as failed.
  ///
  /// An instance that does not return within `patience` nanoseconds is left to itself: it cannot keep the process from
  /// ending.
  ///
  /// - Returns: how many instances did not end.
  @discardableResult
  public func close(patience: Int64 = DynamicBatcher.usualPatience) -> Int {
    let hasEnded = core.close(patience: patience)
    for (thread, hasEnded) in zip(threads, hasEnded) {
      if hasEnded { clinux_thread_join(thread) } else { clinux_thread_abandon(thread) }
    }
    let left = zip(threads, hasEnded).count { !$1 }
    threads = []
    return left
  }
}

/// A server that cannot be started.
public struct BatchingError: Error, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right, as a clause.
  public let reason: String

  /// One sentence for the user.
  public var description: String { "The server cannot be started: \(reason)." }
}
