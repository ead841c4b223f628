package diag

// SEA8: what can keep a change from being told.
const (
	// NoGit: there is no git command on the PATH.
	NoGit = "SEA8001"
	// NoRepository: the module is not in a git repository, so that there is no
	// revision to compare it with.
	NoRepository = "SEA8002"
	// UnknownRevision: git knows no such revision.
	UnknownRevision = "SEA8003"
	// ShallowClone: the clone is shallow, and lacks the history that the
	// comparison needs.
	ShallowClone = "SEA8004"
	// NoMergeBase: two revisions have no commit in common.
	NoMergeBase = "SEA8005"
	// GitFailed: a git command failed. The message is git's own.
	GitFailed = "SEA8006"
	// StaleGenerated: generated files are not what the annotations make of them,
	// so that a comparison would be one of yesterday's functions.
	StaleGenerated = "SEA8007"
	// NoSuchFunction: neither side of a comparison has a function of the name.
	NoSuchFunction = "SEA8008"
	// NeverDeployed: nothing is recorded of a deployment of the environment.
	NeverDeployed = "SEA8009"
	// BadRecord: what is recorded of a deployment cannot be read.
	BadRecord = "SEA8010"
	// RecordsUnusable: the records of deployments, which lie beside Terraform's
	// states, cannot be read or written.
	RecordsUnusable = "SEA8012"
	// BaseDoesNotLoad: the base of a comparison does not compile, so that there
	// is nothing to compare with in detail.
	BaseDoesNotLoad = "SEA8011"
)
