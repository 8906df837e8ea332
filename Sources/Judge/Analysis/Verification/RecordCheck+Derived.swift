import Energy
import HostState
import Records
import Topology

/// Figures that a record holds beside those which they follow from.
extension RecordCheck {
  /// Every check that the record has something for.
  static func derived(of record: Record) -> [RecordCheck] {
    let rounds = record.cells.flatMap { cell in cell.rounds.map { Place(cell: cell.cell, round: $0) } }
    return [
      windows(rounds), placements(rounds), energy(rounds), fidelity(rounds), machine(record),
      references(record, rounds), sweep(record), roofline(record),
    ].compactMap(\.self)
  }

  /// A round and the cell that it is of.
  private struct Place {
    let cell: Cell
    let round: Round

    var name: String { "round \(round.index) of cell \(cell.id)" }
    var windows: [Round.Performance] { round.performances }
  }

  /// A check of things of which there are none is none.
  private static func check(_ subject: Subject, count: Int, faults: [String]) -> RecordCheck? {
    count > 0 ? RecordCheck(subject, count: count, faults: faults) : nil
  }

  /// Between two queries only the clock is read and a number kept: more than this many nanoseconds is not in them, whatever the
  /// build.
  private static let betweenQueries = 20_000.0
  /// The share of a window that the machine may have taken between queries beside that.
  private static let mostIdle = 0.25

  /// Queries follow one another: together they take no longer than the window, and under SingleStream they fill it.
  private static func windows(_ rounds: [Place]) -> RecordCheck? {
    let faults = rounds.flatMap { place in
      place.windows.compactMap { window -> String? in
        // Doubles, since a damaged record must not overflow; they are exact up to a hundred days.
        let busy = window.latencies.reduce(0.0) { $0 + Double($1) }
        let duration = Double(window.duration)
        let idle = duration - busy - betweenQueries * Double(window.latencies.count)
        let isGap = place.cell.measurement == .performance(.singleStream) && idle > mostIdle * duration
        guard busy > duration * (1 + 1e-12) || isGap else { return nil }
        return "\(place.name): its latencies make \(busy.plainText) ns, and its window is \(window.duration) ns"
      }
    }
    return check(.windows, count: rounds.reduce(0) { $0 + $1.windows.count }, faults: faults)
  }

  /// Where threads were is there twice: as a list, and with how often.
  private static func placements(_ rounds: [Place]) -> RecordCheck? {
    var (count, faults) = (0, [String]())
    for place in rounds {
      for window in place.windows {
        guard let placement = window.placement else { continue }
        count += 1
        if window.observedCPUs != placement.threads.map({ $0.cpus.map(\.cpu) }) {
          faults.append("\(place.name): the CPUs of its threads are not those that the threads saw")
        }
        let most = Double(window.latencies.count)
        let seen = placement.threads.map { $0.cpus.reduce(0.0) { $0 + Double($1.queries) } }
        if seen.contains(where: { $0 > most }) {
          faults.append("\(place.name): a thread was seen at the end of more queries than there were")
        }
      }
    }
    return check(.placements, count: count, faults: faults)
  }

  /// The preferred reading is that of the first meter which measured, else the first model's, else the first.
  private static func energy(_ rounds: [Place]) -> RecordCheck? {
    var (count, faults) = (0, [String]())
    for place in rounds {
      for window in place.windows {
        guard let meters = window.meters, !meters.isEmpty else { continue }
        count += 1
        let told = meters.map(\.energy)
        let preferred =
          told.first(where: \.isMeasured) ?? told.first { if case .modelled = $0 { true } else { false } } ?? told.first
        if window.energy != preferred {
          faults.append("\(place.name): its energy is not what the first of its meters told")
        }
      }
    }
    return check(.energy, count: count, faults: faults)
  }

  /// A share of decisions is a whole number of them.
  private static func fidelity(_ rounds: [Place]) -> RecordCheck? {
    let compared = rounds.filter { $0.round.fidelity != nil }
    let faults = compared.compactMap { place -> String? in
      guard let fidelity = place.round.fidelity, let top1 = fidelity.top1Agreement else { return nil }
      let agreed = top1 * Double(fidelity.decisions)
      if abs(agreed - agreed.rounded()) > 1e-6 * max(1, agreed) {
        return "\(place.name): \(top1) of \(fidelity.decisions) decisions is no whole number of them"
      }
      guard let top5 = fidelity.top5Agreement, top5 < top1 else { return nil }
      return "\(place.name): fewer decisions are among the first five than are the first"
    }
    return check(.fidelity, count: compared.count, faults: faults)
  }

  /// What the fingerprint says of the topology.
  private static func machine(_ record: Record) -> RecordCheck? {
    let (machine, topology) = (record.machine, record.topology)
    var faults: [String] = []
    if machine.allowedPUs != topology.allowedPUs { faults.append("the fingerprint's PUs are not the topology's") }
    if machine.quotaCPUs != topology.quota?.cpus { faults.append("the fingerprint's quota is not the topology's") }
    if !topology.cores.isEmpty, machine.cores != topology.cores.count {
      faults.append("the fingerprint has \(machine.cores) cores and the topology \(topology.cores.count)")
    }
    return check(.machine, count: topology.cores.isEmpty ? 2 : 3, faults: faults)
  }

  /// Names of files are the first digits of their digests.
  private static func references(_ record: Record, _ rounds: [Place]) -> RecordCheck? {
    let ranges = Set((record.spec.calibrations ?? []).map(\.label))
    let digests = Set((record.spec.calibrations ?? []).map(\.sha256))
    let assignments = Set((record.spec.assignments ?? []).map(\.label))
    var (count, faults) = (0, [String]())
    func look(_ name: String?, in known: Set<String>, _ what: @autoclosure () -> String) {
      guard let name else { return }
      count += 1
      if !known.contains(name) { faults.append("\(what()) `\(name)`, which the record does not hold") }
    }
    for cell in record.cells {
      look(cell.cell.ranges, in: ranges, "cell \(cell.id) takes its ranges from")
      look(cell.cell.assignment, in: assignments, "cell \(cell.id) follows the assignment")
    }
    for place in rounds where place.cell.ranges != nil {
      look(place.round.quantisation?.file, in: digests, "\(place.name) takes its ranges from")
    }
    return check(.references, count: count, faults: faults)
  }

  /// What the events of a sweep say of its cells and of the time.
  private static func sweep(_ record: Record) -> RecordCheck? {
    guard let sweep = record.sweep else { return nil }
    var faults: [String] = []
    var (elapsed, rounds) = (0.0, [String: Int]())
    let measured = Dictionary(record.cells.map { ($0.id, $0.rounds.count) }) { first, _ in first }
    for (place, event) in sweep.events.enumerated() {
      if let canary = event.canary {
        if abs(canary.at - elapsed) > 1e-6 * max(1, elapsed) {
          faults.append("event \(place): a canary ran after \(canary.at) s, and \(elapsed) s had gone by")
        }
        elapsed += canary.seconds
      } else if let visit = event.visit {
        if measured[visit.cell] == nil {
          faults.append("event \(place): cell \(visit.cell) was visited and is not there")
        } else if visit.firstRound != rounds[visit.cell, default: 0] {
          faults.append("event \(place): cell \(visit.cell) goes on with round \(visit.firstRound)")
        }
        // Bounded by validation, as the number of events is by the file's size.
        rounds[visit.cell, default: 0] += visit.rounds
        elapsed += visit.seconds
        let parts = visit.loading + visit.warming + visit.measured
        if parts > visit.seconds * (1 + 1e-9) + 1e-6 {
          faults.append("event \(place): the parts of a visit take longer than the visit")
        }
      } else {
        elapsed += event.pause ?? 0
      }
    }
    for cell in record.cells {
      let told = rounds[cell.id, default: 0]
      // The visit in progress is told of when it ends.
      if record.status == .complete ? told != cell.rounds.count : told > cell.rounds.count {
        faults.append("cell \(cell.id) has \(cell.rounds.count) rounds, and its visits made \(told)")
      }
    }
    return check(.sweep, count: sweep.events.count, faults: faults)
  }

  /// The best repetition is no worse than the middle one, and that no worse than the worst tenth.
  private static func roofline(_ record: Record) -> RecordCheck? {
    guard let roofline = record.roofline else { return nil }
    func isRate(_ figure: RepeatedFigure) -> Bool {
      figure.best >= figure.median && figure.median >= figure.worstDecile
    }
    func isTime(_ figure: RepeatedFigure) -> Bool {
      figure.best <= figure.median && figure.median <= figure.worstDecile
    }
    let faults =
      roofline.clocks.filter { !isRate($0.hertz) }.map { "the clock at \($0.threads) threads" }
      + roofline.peaks.filter { !isRate($0.rate) }.map { "the peak of \($0.instructions) at \($0.threads) threads" }
      + roofline.bandwidths.filter { !isRate($0.rate) }
      .map { "the bandwidth of \($0.pattern.rawValue) in \($0.level) at \($0.threads) threads" }
      + roofline.latencies.filter { !isTime($0.seconds) }.map { "the latency of \($0.level)" }
    let count =
      roofline.clocks.count + roofline.peaks.count + roofline.bandwidths.count + roofline.latencies.count
    return check(
      .roofline, count: count, faults: faults.map { "\($0) has a best repetition that is worse than others" })
  }
}
