import Glibc
import Statistics

/// Kinds of noise of a machine, as logarithms of values run after run.
enum GateNoise: String, CaseIterable, CustomStringConvertible, Sendable {
  /// Student's t with 2 degrees of freedom: no variance.
  case student
  /// A quiet machine on which one run in ten is hit by a Pareto-distributed burst.
  case spikes
  /// Each run is 0.9 of the one before and something new.
  case autocorrelated
  /// Slower run by run, by more than a run scatters in 20 rounds.
  case ramp
  /// A random walk.
  case walk
  /// Every process is in one of two modes, 8 % apart.
  case bimodal
  /// A walk, two modes and bursts at once.
  case mixture

  var description: String { rawValue }

  /// What a series of runs remembers.
  struct Machine {
    let noise: GateNoise
    private var level = 0.0

    init(_ noise: GateNoise) { self.noise = noise }

    mutating func next(_ random: inout Noise) -> Double {
      switch noise {
      case .student: return 0.01 * random.normal() / (-log(random.uniform())).squareRoot()
      case .spikes: return 0.005 * random.normal() + Self.burst(&random)
      case .autocorrelated:
        level = 0.9 * level + 0.01 * random.normal()
        return level
      case .ramp:
        level += 0.001
        return level + 0.005 * random.normal()
      case .walk:
        level += 0.01 * random.normal()
        return level
      case .bimodal: return (random.uniform() < 0.3 ? 0.08 : 0) + 0.004 * random.normal()
      case .mixture:
        level += 0.003 * random.normal()
        return level + (random.uniform() < 0.15 ? 0.08 : 0) + 0.005 * random.normal() + Self.burst(&random)
      }
    }

    /// In one run of ten 2 % or more, with a tail of exponent 1.5.
    private static func burst(_ random: inout Noise) -> Double {
      random.uniform() < 0.1 ? 0.02 * pow(random.uniform(), -1 / 1.5) : 0
    }
  }

  /// The rounds of one cell: three runs each, the arms in random order.
  func cell(rounds: Int, _ random: inout Noise) -> (effects: [Double], null: [Double]) {
    var machine = Machine(self)
    var effects: [Double] = []
    var null: [Double] = []
    effects.reserveCapacity(rounds)
    null.reserveCapacity(rounds)
    for _ in 0..<rounds {
      let (a, b, c) = (machine.next(&random), machine.next(&random), machine.next(&random))
      // Which of the slots had A1, and which of the other two had B.
      let order = random.uniform() * 6
      let (first, candidate, second): (Double, Double, Double) =
        switch order {
        case ..<1: (a, b, c)
        case ..<2: (a, c, b)
        case ..<3: (b, a, c)
        case ..<4: (b, c, a)
        case ..<5: (c, a, b)
        default: (c, b, a)
        }
      effects.append(candidate - first)
      null.append(second - first)
    }
    return (effects, null)
  }
}
