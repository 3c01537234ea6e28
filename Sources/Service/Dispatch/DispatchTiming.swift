/// The dispatcher's times; tests make them short.
package struct DispatchTiming: Sendable {
  /// How often a backend is to say that it is there.
  package var heartbeatInterval: Duration = .seconds(2)
  /// A backend that is silent for so long is lost.
  package var lease: Duration = .seconds(15)
  /// How long a backend may take to stop a cancelled job before it is ended itself.
  package var cancelGrace: Duration = .seconds(30)
  /// The same for a tune that is to hand over what it has learned first.
  package var keepGrace: Duration = .seconds(180)
  /// The dispatcher looks after leases, retries and leftovers this often.
  package var tick: Duration = .milliseconds(500)
  /// Stored progress of one job is this far apart.
  package var progressInterval: Duration = .milliseconds(200)
  /// A job that failed in a way that may pass waits so long, twice as long each time, at most a minute.
  package var retryDelay: Duration = .seconds(1)
  /// A blob that a backend wrote is kept for so long until a report names it.
  package var unreportedBlobLife: Duration = .seconds(600)

  package init() {}
}
