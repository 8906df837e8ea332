import Topology

extension Placer {
  /// The PUs that lists name, one list an instance.
  func place(_ lists: [PlacementExpression.List], _ counts: Counts) throws(PlacementError) -> [[Int]] {
    if let instances = counts.instances, instances != lists.count {
      throw PlacementError(
        "The words fix \(Self.counted(lists.count, "instance")), which contradicts \(instances): leave the number of "
          + "instances out, or give one list for each, joined by \"_\".")
    }
    var total = 0
    var placed: [[Int]] = []
    for list in lists {
      var pus = try self.pus(of: list, counts.oversubscribe, room: Self.mostThreads - total)
      if let threads = counts.threads, threads != pus.count {
        guard counts.oversubscribe, threads > pus.count else {
          throw PlacementError(
            "\"\(Self.shortened(list.words))\" fixes \(Self.counted(pus.count, "thread")), which contradicts "
              + "\(threads): leave the number of threads out"
              + (threads > pus.count ? ", or let them share PUs with --oversubscribe." : "."))
        }
        pus = (0..<threads).map { pus[$0 % pus.count] }
      }
      total += pus.count
      guard total <= Self.mostThreads else { throw Self.tooMany }
      placed.append(pus)
    }
    if !counts.oversubscribe { try checkDisjoint(placed) }
    return placed
  }

  private static let tooMany = PlacementError("A placement has at most \(mostThreads) threads.")

  private func checkDisjoint(_ placed: [[Int]]) throws(PlacementError) {
    var owners: [Int: Int] = [:]
    for (instance, pus) in placed.enumerated() {
      for pu in pus {
        guard let earlier = owners.updateValue(instance, forKey: pu) else { continue }
        throw PlacementError(
          "PU \(pu) is given twice"
            + (placed.count == 1 ? "" : " (to instances \(earlier + 1) and \(instance + 1))")
            + ": name it once, or let threads share it with --oversubscribe.")
      }
    }
  }

  private func pus(
    of list: PlacementExpression.List, _ oversubscribe: Bool, room: Int
  ) throws(PlacementError) -> [Int] {
    var pus: [Int] = []
    for element in list.elements {
      switch element {
      case .pus(let numbers):
        for range in numbers.ranges {
          for pu in range {
            guard index.seats[pu] != nil else { throw unusable(pu) }
            guard pus.count < room else { throw Self.tooMany }
            pus.append(pu)
          }
        }
      case .logical(let domain, let numbers):
        let own = try members(of: domain).physicalFirst
        for range in numbers.ranges {
          for number in range {
            guard number < own.count else {
              throw PlacementError(
                "\(domain.word) has \(Self.counted(own.count, "PU")) that this process may use, numbered from 0 to "
                  + "\(own.count - 1): there is no \(number).")
            }
            guard pus.count < room else { throw Self.tooMany }
            pus.append(own[number])
          }
        }
      case .selection(let domain, let threads, let chunk, let stride):
        let own = try members(of: domain).siblingsAdjacent
        guard threads <= room - pus.count else { throw Self.tooMany }
        for thread in 0..<threads {
          let position = thread / chunk * stride + thread % chunk
          guard position < own.count || oversubscribe else {
            throw PlacementError(
              "\"\(PlacementExpression.List(elements: [element]).words)\" does not fit: \(domain.word) has "
                + "\(Self.counted(own.count, "PU")) that this process may use, and thread \(thread + 1) would need "
                + "one at place \(position + 1); let threads share PUs with --oversubscribe if that is meant.")
          }
          pus.append(own[position % own.count])
        }
      }
    }
    return pus
  }

  /// The PUs of a domain; at least one.
  private func members(
    of domain: PlacementExpression.Domain
  ) throws(PlacementError) -> PlacementIndex.DomainPUs {
    guard let members = index.domains[domain] else {
      throw PlacementError("There is no \(domain.word) here: \(alternatives(to: domain)).")
    }
    guard !members.physicalFirst.isEmpty else {
      throw PlacementError("\(domain.word) has no PU that this process may use: \(alternatives(to: domain)).")
    }
    return members
  }

  /// Domains of the same kind that have PUs.
  private func alternatives(to domain: PlacementExpression.Domain) -> String {
    let letter = domain.word.prefix(1)
    let words = index.domains.filter { !$0.value.physicalFirst.isEmpty }.map(\.key.word)
      .filter { $0.hasPrefix(letter) }.compactMap { Int($0.dropFirst()) }.sorted()
    guard !words.isEmpty else { return "no domain of that kind has PUs" }
    return "there \(words.count == 1 ? "is" : "are") "
      + Self.shortened(
        CPUList.ordered(words).split(separator: ",").map { part in
          part.split(separator: "-").map { letter + $0 }.joined(separator: " to ")
        }.joined(separator: ", "))
  }

  /// Why a PU cannot be had.
  private func unusable(_ pu: Int) -> PlacementError {
    let usable = Self.shortened(CPUList.ordered(index.seats.pus.sorted()))
    let reason =
      if index.online.contains(pu) {
        "PU \(pu) is not allowed for this process"
      } else if index.offline.contains(pu) {
        "PU \(pu) is offline, or was left out of the machine's recording"
      } else {
        "PU \(pu) does not exist here"
      }
    return PlacementError("\(reason): it may use \(usable).")
  }

  // MARK: Text

  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  static func shortened(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "…" : text }
}
