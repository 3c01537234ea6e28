import LorikeetAPI
import Store

/// Completes a stored assignment with what is known only when it is handed out.
struct AssignmentBuilder {
  let blobs: BlobStore

  func build<Job: JobResource>(_ stored: StoredAssignment, for job: Job) -> BackendAssignment {
    var assignment = stored.assignment
    assignment.jobId = job.id
    assignment.attempt = job.attempt
    switch assignment.job {
    case .tune(var part):
      if let tune = job as? Tune { part = build(part, for: tune) }
      if let resume = stored.resumeFrom {
        part.resumeFrom = resume
        var file = BackendInputFile()
        file.path = "training-checkpoint"
        file.blob = resume.state
        part.resumeFile = file.located(in: blobs)
      }
      assignment.job = .tune(part)
    case .generation(var part):
      let generation = job as? Generation
      part.generation = generation
      part.changeInputs { $0.located(in: blobs) }
      part.finishedIndices = generation?.images.map(\.index) ?? []
      assignment.job = .generation(part)
    case nil: break
    }
    return assignment
  }

  /// A tune's inputs with the places of their files.
  func build(_ inputs: BackendTuneAssignment, for tune: Tune) -> BackendTuneAssignment {
    var inputs = inputs
    inputs.tune = tune
    // They stand in the assignment's own images, with captions and files.
    inputs.tune?.images = []
    inputs.checkpoint = inputs.checkpoint?.located(in: blobs)
    inputs.safetyChecker = inputs.safetyChecker?.located(in: blobs)
    for index in inputs.images.indices {
      inputs.images[index].file = inputs.images[index].file?.located(in: blobs)
      inputs.images[index].mask = inputs.images[index].mask?.located(in: blobs)
    }
    return inputs
  }
}
