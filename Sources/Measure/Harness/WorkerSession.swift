import Records
import Synchronization

/// A serving worker: loaded once, asked for one window after the other, ended when nobody needs it any more.
///
/// Between windows it waits for its standard input and takes no CPU time.
final class WorkerSession: Sendable {
  /// Why there is nothing more to be had of it.
  struct Failure: Error, Hashable {
    let reason: String
    let lastErrorLines: [String]
  }

  private let windows: AsyncStream<WindowRequest>.Continuation
  private let inbox: Inbox
  private let task: Task<Void, Never>

  /// Starts a worker. It loads at once.
  init(
    process: WorkerProcess, request: RoundRequest, onPhase: @escaping @Sendable (WorkerPhase) -> Void = { _ in }
  ) {
    let (stream, continuation) = AsyncStream<WindowRequest>.makeStream()
    let inbox = Inbox()
    windows = continuation
    self.inbox = inbox
    task = Task {
      let outcome = await process.run(.round(request), windows: stream) { event in
        switch event {
        case .phase(let phase, _): onPhase(phase)
        case .ready(let seconds): inbox.put(.ready(secondsPerQuery: seconds))
        case .result(let round): inbox.put(.round(round))
        default: break
        }
      }
      let reason =
        if case .failure(let reason) = outcome.answer { reason } else { "the worker ended before it was told to" }
      inbox.end(Failure(reason: reason, lastErrorLines: outcome.lastErrorLines))
      continuation.finish()
    }
  }

  /// Returns when the worker is loaded and warm, with what a query takes.
  func ready() async throws(Failure) -> Double {
    guard case .ready(let seconds) = try await next() else { throw Self.confused }
    return seconds
  }

  /// Asks for a window and returns what it measured.
  func measure(_ window: WindowRequest) async throws(Failure) -> Round {
    windows.yield(window)
    guard case .round(let round) = try await next() else { throw Self.confused }
    return round
  }

  /// Lets the worker end and waits until it has.
  func end() async {
    windows.finish()
    await task.value
  }

  /// Kills the worker and waits until it has ended.
  func kill() async {
    task.cancel()
    await task.value
  }

  /// The next message; kills the worker where the calling task is cancelled meanwhile.
  private func next() async throws(Failure) -> Message {
    let task = task
    let inbox = inbox
    let result = await withTaskCancellationHandler {
      await inbox.next()
    } onCancel: {
      task.cancel()
    }
    return try result.get()
  }

  private static let confused = Failure(
    reason: "the worker answered another question than the one asked", lastErrorLines: [])

  private enum Message: Sendable {
    case ready(secondsPerQuery: Double)
    case round(Round)
  }

  /// Messages that nobody has taken yet, and whoever waits for one.
  private final class Inbox: Sendable {
    private struct State {
      var messages: [Message] = []
      var end: Failure?
      var waiter: CheckedContinuation<Result<Message, Failure>, Never>?
    }

    private let state = Mutex(State())

    func put(_ message: Message) {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        if state.waiter == nil { state.messages.append(message) }
        return state.waiter
      }
      waiter?.resume(returning: .success(message))
    }

    func end(_ failure: Failure) {
      let waiter = state.withLock { state in
        state.end = failure
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: .failure(failure))
    }

    func next() async -> Result<Message, Failure> {
      await withCheckedContinuation { continuation in
        let found: Result<Message, Failure>? = state.withLock { state in
          if !state.messages.isEmpty { return .success(state.messages.removeFirst()) }
          if let end = state.end { return .failure(end) }
          state.waiter = continuation
          return nil
        }
        if let found { continuation.resume(returning: found) }
      }
    }
  }
}
