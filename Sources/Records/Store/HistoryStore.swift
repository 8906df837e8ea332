/// Figures of many records in one SQLite file, so that runs of different days can be held against each other.
public struct HistoryStore: Sendable {
}
