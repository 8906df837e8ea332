import ArgumentParser
import Energy
import Foundation
import Reports

/// `assay power list`.
struct PowerListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists every energy meter that Assay knows, and of those that cannot be read exactly why not.",
    usage: "assay power list [<options>]",
    discussion: """
      Meters of different scopes overlap, so their readings are never added. The \
      first that can be read gives the figures of reports.

      Examples:
        assay power list
        assay power list --sys-root /tmp/fixture --json
      """)

  @OptionGroup var sources: MeterSourceOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let (named, found) = try sources.meters()
    let listings = (named + found).map(MeterListing.init)
    if json {
      try Terminal.write(json: listings)
    } else {
      try Terminal.write(MeterListReport(listings, style: Terminal.style).text)
    }
  }
}
