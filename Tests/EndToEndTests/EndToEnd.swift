import Testing

/// Whole-system claims: a real service, real backends, the bundled model. One at a time: each brings up three processes.
@Suite(.serialized)
enum EndToEnd {}
