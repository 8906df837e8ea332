import CLinux
import Synchronization

/// Notes how busy the machine is, again and again, and tells what a model makes of a window.
final class UtilisationRecorder: Polled {
  let model: PowerModel
  /// Ticks of /proc/stat are 10 ms long.
  let interval = 0.1
  private let meter: UtilisationMeter
  private let clock: @Sendable () -> Int64
  private let state = Mutex(State())

  private struct State {
    var points: [(time: Int64, reading: UtilisationMeter.Reading)] = []
    var readings = 0
    var fault: MeterFault?
  }

  init(_ model: PowerModel, root: String = "/", clock: @escaping @Sendable () -> Int64 = { clinux_clock_ns() }) {
    self.model = model
    meter = UtilisationMeter(root: root)
    self.clock = clock
  }

  var name: String { model.name }
  var updateInterval: Double { interval }
  var lastTime: Int64? { state.withLock { $0.points.last?.time } }
  var readings: Int { state.withLock { $0.readings } }

  func open() -> (() -> Void)? { { self.poll() } }

  private func poll() {
    let time = clock()
    do throws(MeterFault) {
      let reading = try meter.read()
      state.withLock {
        $0.points.append((time, reading))
        $0.readings += 1
      }
    } catch {
      state.withLock { $0.fault = error }
    }
  }

  func forget(before time: Int64) {
    state.withLock { state in
      let first = state.points.firstIndex { $0.time >= time } ?? state.points.count
      state.points.removeFirst(max(first - 1, 0))
    }
  }

  /// What the model makes of a window.
  func energy(from begin: Int64, to end: Int64) -> EnergyReading {
    state.withLock { state in
      guard end > begin else { return .unavailable(reason: "The window has no length, so no energy can be told.") }
      guard let first = Self.reading(at: begin, state.points), let last = Self.reading(at: end, state.points),
        last.total > first.total
      else {
        return .unavailable(reason: state.fault?.reason ?? "How busy the machine was is not known of the whole window.")
      }
      let utilisation = (last.busy - first.busy) / (last.total - first.total)
      return .modelled(model.energy(utilisation: utilisation, seconds: Double(end - begin) / 1e9))
    }
  }

  /// Interpolates between the readings around a moment.
  private static func reading(
    at time: Int64, _ points: [(time: Int64, reading: UtilisationMeter.Reading)]
  ) -> UtilisationMeter.Reading? {
    guard let right = points.firstIndex(where: { $0.time >= time }) else { return nil }
    guard right > 0 else { return points[0].time == time ? points[0].reading : nil }
    let (a, b) = (points[right - 1], points[right])
    let share = Double(time - a.time) / Double(b.time - a.time)
    return UtilisationMeter.Reading(
      busy: a.reading.busy + (b.reading.busy - a.reading.busy) * share,
      total: a.reading.total + (b.reading.total - a.reading.total) * share)
  }
}
