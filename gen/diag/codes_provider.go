package diag

// SEA7: what can keep the AWS provider from being built where the Terraform
// registry cannot be reached, and Terraform from being installed.
const (
	// BadProviderChoice: the environment variable SEASTACK_PROVIDER is neither
	// registry nor mirror.
	BadProviderChoice = "SEA7001"
	// CacheUnusable: the folder in which the provider is kept cannot be used.
	CacheUnusable = "SEA7002"
	// ProviderNoGo: there is no go command to build the provider with.
	ProviderNoGo = "SEA7003"
	// ProviderOldGo: the go command is older than the provider asks for.
	ProviderOldGo = "SEA7004"
	// ProviderLittleSpace: the disk has less space than a build of the provider
	// takes.
	ProviderLittleSpace = "SEA7005"
	// ProviderNoSpace: the disk is full: a build of the provider stopped.
	ProviderNoSpace = "SEA7006"
	// ProviderBadModule: a downloaded module is not the one whose sum is in
	// go.sum.
	ProviderBadModule = "SEA7007"
	// ProviderUnreachable: the Go module proxy does not answer, or lacks a
	// module.
	ProviderUnreachable = "SEA7008"
	// ProviderKilled: the compiler was killed, most likely for want of memory.
	ProviderKilled = "SEA7009"
	// ProviderNotBuilt: the build of the provider failed in another way.
	ProviderNotBuilt = "SEA7010"
	// ProviderStopped: the build of the provider was interrupted, or took too
	// long.
	ProviderStopped = "SEA7011"
	// NoTerraform: there is no Terraform that is new enough, and installing one
	// failed.
	NoTerraform = "SEA7012"
)
