import LorikeetAPI

/// Which assets a list holds.
package struct AssetFilter: Sendable {
  package var kinds: [AssetKind]
  package var states: [AssetState]
  package var nameContains: String
  package var family: ModelFamily
  package var source: String

  package init(
    kinds: [AssetKind] = [], states: [AssetState] = [], nameContains: String = "", family: ModelFamily = .unspecified,
    source: String = ""
  ) {
    self.kinds = kinds
    self.states = states
    self.nameContains = nameContains
    self.family = family
    self.source = source
  }

  /// What a page token is bound to.
  var fingerprint: [String] {
    [
      "assets", kinds.map { "\($0.rawValue)" }.joined(separator: ","),
      states.map { "\($0.rawValue)" }.joined(separator: ","), nameContains, "\(family.rawValue)", source,
    ]
  }
}
