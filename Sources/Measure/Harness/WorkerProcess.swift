import Energy
import FoundationEssentials
import Glibc
import Records
import Subprocess
import Synchronization
import SystemPackage

/// How workers are started.
public struct WorkerCommand: Hashable, Sendable {
  /// The executable's path.
  public var executable: String
  /// Its arguments.
  public var arguments: [String]

  /// Makes a command.
  public init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// The same command with what binds the process before it loads anything.
  func bound(_ binding: WorkerBinding) -> WorkerCommand {
    WorkerCommand(executable: executable, arguments: arguments + binding.arguments)
  }

  /// This very program as `assay worker`, whatever its file is called or has been replaced by since.
  public static let current = WorkerCommand(executable: "/proc/self/exe", arguments: ["worker"])
}

/// One worker: sends its request, reads its events, ends it where it hangs.
struct WorkerProcess {
  let command: WorkerCommand
  /// Variables set (or, where nil, removed) over the inherited environment.
  let environment: [String: String?]
  /// Seconds of silence, beyond what the worker announced, after which it is killed.
  let silenceLimit: Double

  /// A result line holds every latency of a round; a million take about 10 MB.
  private static let lineLimit = 64 << 20
  private static let errorLineLimit = 500
  private static let errorLineCount = 20
  /// Least seconds that a worker gets to say its first word: on a busy machine even that can take a while.
  private static let startGrace = 10.0
  /// Seconds that a worker gets to end after its last word.
  private static let farewell = 10.0

  /// The variables that BLAS libraries and OpenMP read when they load: `core` or the library's own choice, one thread. The
  /// secrets of meters are taken out: workers read none.
  static func environment(core: String?) -> [String: String?] {
    var variables: [String: String?] = ["OPENBLAS_CORETYPE": core, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"]
    for name in Credentials.variables { variables[name] = .some(nil) }
    return variables
  }

  /// What came of a worker.
  struct Outcome: Sendable {
    var answer: Answer
    var lastErrorLines: [String]
  }

  /// The last event, or why there is none.
  enum Answer: Sendable {
    case result(Round)
    case probed(Round.BLASState)
    case done
    case failure(String)
  }

  private struct State {
    var answer: WorkerEvent?
    var protocolFault: String?
    /// nil while the worker waits for what it is asked next.
    var deadline: ContinuousClock.Instant?
    /// Whether results are not the last word.
    var serves = false
    var silence: Double
    var phase = "start"
    var timedOut = false
    var errorLines: [String] = []
  }

  /// Runs a worker to its end. Cancelling the task kills it; then the outcome is a failure that nobody reads.
  ///
  /// - Parameter windows: what a serving worker is asked for, one after the other; its standard input ends with them. nil for
  ///   a worker that does not serve.
  func run(
    _ request: WorkerRequest, windows: AsyncStream<WindowRequest>? = nil,
    onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> Outcome {
    // A worker that dies before it has read its request must not take the run with it.
    signal(SIGPIPE, SIG_IGN)
    let box = StateBox(silence: silenceLimit)
    // The watchdog cancels the run, and cancelling kills the process through its process descriptor: no race with reuse
    // of its number.
    let termination = await withTaskGroup(of: Termination?.self) { group in
      group.addTask { await self.launch(request, windows, box, onEvent) }
      group.addTask {
        await box.waitForSilence()
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      // The watchdog was first: the run, now cancelled, still has its outcome.
      return await group.next().flatMap { $0 } ?? .unknown("its end was not seen")
    }
    return box.outcome(termination, silenceLimit: silenceLimit)
  }

  /// How the process ended.
  private enum Termination: Sendable {
    case exited(Int32)
    case signalled(Int32)
    case notStarted(String)
    case unknown(String)
  }

  private static func line(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try [UInt8](encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  private func launch(
    _ request: WorkerRequest, _ windows: AsyncStream<WindowRequest>?, _ box: StateBox,
    _ onEvent: @escaping @Sendable (WorkerEvent) -> Void
  ) async -> Termination {
    do {
      let line = try Self.line(request)
      var variables: [Environment.Key: String?] = [:]
      for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = .some(value) }
      let result = try await Subprocess.run(
        .path(FilePath(command.executable)), arguments: Arguments(command.arguments),
        environment: .inherit.updating(variables), input: .inputWriter, output: .sequence, error: .sequence
      ) { execution in
        async let errors: Void = Self.readErrors(execution.standardError, box)
        let input = execution.standardInputWriter
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            // A worker that dies early closes its end: its death is reported, not this failure to write.
            _ = try? await input.write(line)
            if let windows {
              for await window in windows {
                box.expect(seconds: window.minDuration)
                _ = try? await input.write(Self.line(window))
              }
            }
            try? await input.finish()
          }
          await Self.readEvents(execution.standardOutput, box, onEvent)
          // Nobody is there any more to ask for windows.
          group.cancelAll()
        }
        await errors
      }
      switch result.terminationStatus {
      case .exited(let code): return .exited(code)
      case .signaled(let signal): return .signalled(signal)
      }
    } catch let error as SubprocessError
      where error.code == .executableNotFound || error.code == .spawnFailed
    {
      return .notStarted("\(error)")
    } catch {
      return .unknown("\(error)")
    }
  }

  private static func readEvents(
    _ stream: SubprocessOutputSequence, _ box: StateBox, _ onEvent: @Sendable (WorkerEvent) -> Void
  ) async {
    var splitter = LineSplitter(limit: lineLimit, overflow: .refuse)
    do {
      for try await buffer in stream {
        for line in try buffer.withUnsafeBytes({ bytes in try splitter.add(bytes) }) {
          guard let event = box.take(line) else { return }
          onEvent(event)
        }
      }
      if let rest = splitter.finish() { box.fault("ended in the middle of a line (\(rest.count) bytes)") }
    } catch is LineSplitter.TooLong {
      box.fault("wrote a line of more than \(lineLimit) bytes")
    } catch {
      // The pipe broke with the process; how that ended says more.
    }
    box.expectEnd(within: farewell)
  }

  private static func readErrors(_ stream: SubprocessOutputSequence, _ box: StateBox) async {
    var splitter = LineSplitter(limit: errorLineLimit, overflow: .cut)
    do {
      for try await buffer in stream {
        for line in try buffer.withUnsafeBytes({ bytes in try splitter.add(bytes) }) { box.note(line, errorLineCount) }
      }
    } catch {
      // As above.
    }
    if let rest = splitter.finish() { box.note(rest, errorLineCount) }
  }

  /// What the readers and the watchdog share.
  private final class StateBox: Sendable {
    private let state: Mutex<State>

    init(silence: Double) {
      state = Mutex(State(deadline: .now + .seconds(max(silence, WorkerProcess.startGrace)), silence: silence))
    }

    /// Takes a line of the worker's; nil where it is no event or comes after the last one, and the worker shall end.
    func take(_ line: [UInt8]) -> WorkerEvent? {
      let event = try? JSONDecoder().decode(WorkerEvent.self, from: Data(line))
      return state.withLock { state in
        guard state.protocolFault == nil else { return nil }
        guard let event else {
          let shown = String(decoding: line.prefix(80), as: UTF8.self)
          state.protocolFault = "wrote a line that is no event: `\(shown)`"
          state.deadline = .now
          return nil
        }
        switch event {
        case .phase(let phase, let expected):
          state.phase = phase.rawValue
          let seconds = expected.isFinite ? min(max(expected, 0), 86400) : 0
          state.deadline = .now + .seconds(state.silence + seconds)
        case .started, .variantStarted, .variantFinished: state.deadline = .now + .seconds(state.silence)
        case .ready:
          state.serves = true
          state.phase = "waiting"
          state.deadline = nil
        case .result where state.serves:
          state.answer = event
          state.phase = "waiting"
          state.deadline = nil
        case .result, .failed, .probed, .done:
          state.answer = event
          state.deadline = .now + .seconds(WorkerProcess.farewell)
        }
        return event
      }
    }

    /// A window was asked for that takes so long.
    func expect(seconds: Double) {
      state.withLock { state in
        // The answer to the window before is none to this one.
        state.answer = nil
        state.deadline = .now + .seconds(state.silence + min(max(seconds, 0), 86400))
      }
    }

    func fault(_ what: String) {
      state.withLock { if $0.protocolFault == nil && $0.answer == nil { $0.protocolFault = what } }
    }

    func expectEnd(within seconds: Double) {
      state.withLock { $0.deadline = min($0.deadline ?? .now + .seconds(seconds), .now + .seconds(seconds)) }
    }

    func note(_ line: [UInt8], _ limit: Int) {
      let text = String(decoding: line, as: UTF8.self)
      state.withLock { state in
        state.errorLines.append(text)
        if state.errorLines.count > limit { state.errorLines.removeFirst() }
      }
    }

    /// Returns when the deadline has passed or the task is cancelled.
    func waitForSilence() async {
      while !Task.isCancelled {
        let deadline = state.withLock { $0.deadline }
        if let deadline, deadline <= .now {
          state.withLock { $0.timedOut = true }
          return
        }
        // Deadlines may also move closer, so never sleep long.
        let wake = min(deadline ?? .now + .milliseconds(50), .now + .milliseconds(50))
        try? await Task.sleep(until: wake, clock: .continuous)
      }
    }

    func outcome(_ termination: Termination, silenceLimit: Double) -> Outcome {
      state.withLock { state in
        Outcome(answer: Self.answer(state, termination, silenceLimit), lastErrorLines: state.errorLines)
      }
    }

    private static func answer(_ state: State, _ termination: Termination, _ silenceLimit: Double) -> Answer {
      if let fault = state.protocolFault { return .failure("the worker \(fault)") }
      if case .failed(let sentence) = state.answer { return .failure(sentence) }
      if state.timedOut {
        let what = state.answer == nil ? "said nothing for \(silenceLimit.plainText) s" : "did not end after its result"
        return .failure("the worker \(what) (phase: \(state.phase)) and was killed")
      }
      switch termination {
      case .notStarted(let why): return .failure("the worker could not be started: \(why)")
      case .unknown(let why): return .failure("the worker was lost: \(why)")
      case .signalled(let signal): return .failure("killed by signal \(signal) (\(SignalName.name(of: signal)))")
      case .exited(let code):
        switch state.answer {
        case .result(let round) where code == 0: return .result(round)
        case .probed(let blas) where code == 0: return .probed(blas)
        case .done where code == 0: return .done
        // One that nobody asked for a window.
        case nil where code == 0 && state.serves: return .done
        default: return .failure("the worker ended with exit code \(code) and no result (phase: \(state.phase))")
        }
      }
    }
  }
}
