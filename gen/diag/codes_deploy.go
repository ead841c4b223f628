package diag

// SEA6: what can fail in a deployment, in an invocation and in the file system.
const (
	// TerraformFailed: a terraform command failed. The message is Terraform's
	// own.
	TerraformFailed = "SEA6001"
	// CannotInvoke: AWS, or the local cloud, refused to invoke a function.
	CannotInvoke = "SEA6002"
	// Interrupted: the command was interrupted, and stopped in good order.
	Interrupted = "SEA6003"
	// NoSpace: no space is left on a file system.
	NoSpace = "SEA6004"
	// FileUnusable: a file or folder may not be read or written.
	FileUnusable = "SEA6005"
	// DestroyRefused: a plan would destroy or replace a resource that holds
	// data or an address, and nobody has named it with --allow-destroy.
	DestroyRefused = "SEA6010"

	// ArtifactBucket: the bucket of an environment's zips is not there, or does
	// not take a zip.
	ArtifactBucket = "SEA6011"
	// BadManifest: an artifacts.json names a zip that is not there, or is no
	// digest.
	BadManifest = "SEA6012"

	// StalePlan: a plan that was reviewed is not to be applied any more: its files,
	// its state or the plan itself are others, or it would do more.
	StalePlan = "SEA6013"

	// BadReport: the folder that is to be applied or shown has no report of plans,
	// or another than the one that was reviewed.
	BadReport = "SEA6014"

	// GitHubFailed: GitHub refused a request, or asks to wait for longer than a job
	// should.
	GitHubFailed = "SEA6015"

	// NoHistory: nothing that is known of earlier deploys fits what a rollback is
	// to bring back.
	NoHistory = "SEA6016"
	// RollbackRefused: a rollback would change more than the code of functions.
	RollbackRefused = "SEA6017"

	// CannotPromote: what one environment has cannot be brought to another as it is.
	CannotPromote = "SEA6018"

	// CanaryFailed: an alarm of new code that was tried on a part of its requests has
	// gone off, or nobody could watch it.
	CanaryFailed = "SEA6019"
	// StateLocked: another terraform works on the state, or was killed while it did.
	StateLocked = "SEA6020"

	// InTheWay: a hand-written file, a folder or a link stands where a
	// generated file belongs.
	InTheWay = "SEA6101"
)
