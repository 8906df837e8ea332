import Analysis

/// What happened to the readings of meters, for the foot of a table.
enum MeterEventNotes {
  /// More than these are in the JSON alone: a meter that fails says the same in other words again and again.
  private static let limit = 5

  /// A line for each event, which names the cells and rounds.
  static func lines(_ cells: [CellSummary]) -> [(lead: String, text: String)] {
    let events = cells.flatMap { cell in cell.meterEvents.map { (cell: cell.id, event: $0) } }
    let lines = events.prefix(limit).map { cell, event in
      let rounds = event.rounds.map { "\($0 + 1)" }.joined(separator: ", ")
      let place = "\(event.rounds.count > 1 ? "rounds" : "round") \(rounds) of \(cell)"
      return (lead: "event", text: "\(event.text.printable) (\(place))")
    }
    guard events.count > limit else { return lines }
    return lines + [(lead: "event", text: "\(events.count - limit) more events of meters are in the JSON.")]
  }
}
