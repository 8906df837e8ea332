import Energy
import Records

/// Something that happened to a meter's readings in the windows of a cell.
public struct MeterEvent: Codable, Hashable, Sendable {
  /// The meter.
  public let source: String
  /// What happened.
  public let kind: PowerEvent.Kind
  /// The same as a sentence.
  public let text: String
  /// The rounds in which it happened.
  public private(set) var rounds: [Int]

  /// Every event of the rounds once, in order of appearance.
  static func all(in rounds: [Round]) -> [MeterEvent] {
    var events: [MeterEvent] = []
    for round in rounds {
      for meter in round.performance?.meters ?? [] {
        for event in meter.events {
          let place = events.firstIndex {
            $0.source == meter.source && $0.kind == event.kind && $0.text == event.text
          }
          if let place {
            if events[place].rounds.last != round.index { events[place].rounds.append(round.index) }
          } else {
            events.append(MeterEvent(source: meter.source, kind: event.kind, text: event.text, rounds: [round.index]))
          }
        }
      }
    }
    return events
  }
}
