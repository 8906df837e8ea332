/// The words of a placement, parsed.
public struct PlacementExpression: Hashable, Sendable {}
