import Glibc
import Records
import Synchronization

/// Measures what an attribution still lacks, in worker processes: a fault costs the model in flight and no other.
public struct AttributionRun: Sendable {
  /// How workers are started.
  public var command = WorkerCommand.current
  /// What workers are asked; nodes, samples and variants are filled in.
  public var request: AttributionRequest
  /// A worker that says nothing new for so many seconds longer than it announced is killed.
  public var timeout: Double
  /// Evaluation samples that the workload has.
  public var availableSamples: Int
  /// How many nodes to lower, of the cumulative steps; that part is measured again on other samples.
  public var recommendation: @Sendable (Attribution) -> Int?
  /// Called with every change, from any thread, to show and to keep it.
  public var onChange: @Sendable (Attribution, AttributionProgress) -> Void

  /// Makes a run.
  public init(
    request: AttributionRequest, timeout: Double, availableSamples: Int,
    recommendation: @escaping @Sendable (Attribution) -> Int?,
    onChange: @escaping @Sendable (Attribution, AttributionProgress) -> Void
  ) {
    self.request = request
    self.timeout = timeout
    self.availableSamples = availableSamples
    self.recommendation = recommendation
    self.onChange = onChange
  }

  /// Measures until nothing is missing or the task is cancelled.
  ///
  /// - Throws: ``AttributionError`` where workers cannot even begin.
  public func run(_ attribution: Attribution) async throws(AttributionError) -> Attribution {
    let box = AttributionBox(attribution, onChange)
    try await measure(box, .isolated) { attribution in
      let pending = attribution.nodes.indices.filter {
        attribution.nodes[$0].error == nil && attribution.nodes[$0].failure == nil
      }
      var request = request
      request.nodes = attribution.nodes.map(\.name)
      request.variants = pending.map { .init(id: $0, lowered: $0..<($0 + 1), lowersOthers: false) }
      return request
    }
    try await measure(box, .cumulative) { attribution in
      // What fails alone fails with others too.
      let order = attribution.leastHarmfulFirst.filter { $0.error != nil }
      var request = request
      request.nodes = order.map(\.name)
      request.variants = (attribution.cumulative.count..<(order.count + 1)).map {
        .init(id: $0, lowered: 0..<$0, lowersOthers: true)
      }
      return request
    }
    try await measure(box, .verification) { attribution in
      guard attribution.verification == nil, let count = recommendation(attribution) else { return nil }
      var request = request
      request.firstSample = attribution.samples
      request.samples = min(attribution.samples, availableSamples - attribution.samples)
      request.nodes = attribution.cumulative.dropFirst().compactMap(\.node)
      request.variants = [.init(id: count, lowered: 0..<count, lowersOthers: true)]
      return request.samples > 0 ? request : nil
    }
    if !Task.isCancelled { box.complete() }
    return box.attribution
  }

  /// Starts workers until nothing of a stage is left; each does at least one model.
  private func measure(
    _ box: AttributionBox, _ stage: AttributionStage, _ makeRequest: (Attribution) -> AttributionRequest?
  ) async throws(AttributionError) {
    var last = Int.max
    while !Task.isCancelled, var request = makeRequest(box.attribution), !request.variants.isEmpty {
      guard request.variants.count < last else {
        throw AttributionError(reason: "the worker left out what it was asked")
      }
      last = request.variants.count
      request.parent = getpid()
      box.begin(stage, request)
      let process = WorkerProcess(
        command: command, environment: WorkerProcess.environment(core: nil), silenceLimit: timeout)
      let outcome = await process.run(.attribution(request)) { box.take($0) }
      if Task.isCancelled { return }
      switch outcome.answer {
      case .done: continue
      case .failure(let reason):
        // Before its first model a worker fails for reasons that the next one meets too.
        guard box.failInFlight(reason) else { throw AttributionError(reason: reason) }
      case .result, .probed: throw AttributionError(reason: "the worker answered another question than the one asked")
      }
    }
  }
}

/// What an attribution measures, in this order.
public enum AttributionStage: String, Hashable, Sendable {
  /// Each node alone.
  case isolated
  /// Node after node.
  case cumulative
  /// The recommended part again.
  case verification
}

/// Where an attribution is.
public struct AttributionProgress: Hashable, Sendable {
  /// What is measured.
  public let stage: AttributionStage
  /// Models of the stage that are measured, and all of them.
  public let done, total: Int
}

/// An attribution that cannot be measured.
public struct AttributionError: Error, Hashable, CustomStringConvertible {
  /// Why not.
  public let reason: String
  /// One sentence for the user.
  public var description: String {
    let sentence = reason.prefix(1).uppercased() + reason.dropFirst()
    return sentence.hasSuffix(".") ? sentence : sentence + "."
  }
}

/// The attribution while workers add to it.
private final class AttributionBox: Sendable {
  private struct State {
    var attribution: Attribution
    var stage = AttributionStage.isolated
    var request: AttributionRequest?
    var inFlight: Int?
    var total = 0
  }

  private let state: Mutex<State>
  private let onChange: @Sendable (Attribution, AttributionProgress) -> Void

  init(_ attribution: Attribution, _ onChange: @escaping @Sendable (Attribution, AttributionProgress) -> Void) {
    state = Mutex(State(attribution: attribution))
    self.onChange = onChange
  }

  var attribution: Attribution { state.withLock { $0.attribution } }

  func begin(_ stage: AttributionStage, _ request: AttributionRequest) {
    change { state in
      state.stage = stage
      state.request = request
      state.inFlight = nil
      state.total = stage == .verification ? 1 : request.nodes.count + (stage == .cumulative ? 1 : 0)
    }
  }

  func take(_ event: WorkerEvent) {
    switch event {
    case .variantStarted(let id): state.withLock { $0.inFlight = id }
    case .variantFinished(let id, let outcome): change { Self.add(outcome, id, &$0) }
    default: break
    }
  }

  /// Notes why the model in flight has no error; false where there is none in flight.
  func failInFlight(_ reason: String) -> Bool {
    guard let id = state.withLock({ $0.inFlight }) else { return false }
    change { Self.add(AttributionOutcome(error: nil, failure: reason), id, &$0) }
    return true
  }

  func complete() { change { $0.attribution.status = .complete } }

  private static func add(_ outcome: AttributionOutcome, _ id: Int, _ state: inout State) {
    // Figures come from another process.
    let error = outcome.error.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
    let failure = error == nil ? outcome.failure ?? "the worker gave no figure" : nil
    let agreement = error == nil ? nil : outcome.top1Agreement
    state.inFlight = nil
    // All models of these two decide about the same samples.
    if state.stage != .verification, agreement != nil, let decisions = outcome.decisions, decisions > 0 {
      state.attribution.decisions = decisions
    }
    switch state.stage {
    case .isolated:
      guard state.attribution.nodes.indices.contains(id) else { return }
      state.attribution.nodes[id].error = error
      state.attribution.nodes[id].top1Agreement = agreement
      state.attribution.nodes[id].failure = failure
    case .cumulative:
      guard id == state.attribution.cumulative.count, let request = state.request, id <= request.nodes.count else {
        return
      }
      state.attribution.cumulative.append(
        Attribution.Step(
          node: id == 0 ? nil : request.nodes[id - 1], error: error, top1Agreement: agreement, failure: failure))
    case .verification:
      guard let request = state.request else { return }
      state.attribution.verification = Attribution.Verification(
        loweredNodes: id, samples: request.samples, error: error, top1Agreement: agreement, failure: failure)
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let (attribution, progress) = state.withLock { state in
      body(&state)
      let done =
        switch state.stage {
        case .isolated: state.attribution.nodes.count { $0.error != nil || $0.failure != nil }
        case .cumulative: state.attribution.cumulative.count
        case .verification: state.attribution.verification == nil ? 0 : 1
        }
      return (state.attribution, AttributionProgress(stage: state.stage, done: done, total: state.total))
    }
    onChange(attribution, progress)
  }
}
