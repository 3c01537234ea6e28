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
      part.tune = job as? Tune
      // They stand in the assignment's own images, with captions and files.
      part.tune?.images = []
      part.checkpoint = part.checkpoint?.located(in: blobs)
      for index in part.images.indices { part.images[index].file = part.images[index].file?.located(in: blobs) }
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
}
