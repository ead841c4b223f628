package async

// Record is what destinations receive.
type Record = invocationRecord
