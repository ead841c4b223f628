package diag

// SEA3: what the configuration and the command line can get wrong. A command
// whose errors are all of these ends with exit code 2.
const (
	// BadConfig: seastack.hcl is not HCL, or has a block or an attribute that
	// there is not, or a value of another type.
	BadConfig = "SEA3001"
	// BadProjectName: the project's name, which names on AWS start with, has
	// characters that AWS does not take there.
	BadProjectName = "SEA3002"
	// DuplicateBlock: seastack.hcl has two blocks for one environment, one
	// stack or one function.
	DuplicateBlock = "SEA3003"
	// BadFolder: a folder that seastack.hcl names is outside of the module, or
	// within another one that it names.
	BadFolder = "SEA3004"
	// BadEnvironment: an environment lacks what it needs on AWS, an account or
	// a backend for Terraform's state, or has a value that AWS does not take.
	BadEnvironment = "SEA3005"
	// LocalIsFixed: account, architecture, backend and network of the
	// environment local cannot be set.
	LocalIsFixed = "SEA3006"
	// BadSetting: memory or timeout of a stack or a function is outside of
	// Lambda's range, or the provider's version is no constraint.
	BadSetting = "SEA3007"
	// UnknownEnvironment: seastack.hcl has no environment of that name.
	UnknownEnvironment = "SEA3008"
	// NoModule: the command runs outside of a Go module.
	NoModule = "SEA3009"
	// NoModuleLine: go.mod does not name its module.
	NoModuleLine = "SEA3010"
	// UnknownStack: the module has no stack of that name.
	UnknownStack = "SEA3011"
	// BadPort: the environment variable SEASTACK_PORT is not a port.
	BadPort = "SEA3012"
	// UnknownFunction: the module has no function of that name.
	UnknownFunction = "SEA3013"
	// UnreadableConfig: seastack.hcl is there and cannot be read.
	UnreadableConfig = "SEA3014"
	// Usage: the command line has a command, a flag or an argument that there
	// is not, or lacks one.
	Usage = "SEA3015"

	// BadCacheMode: the environment variable SEASTACK_CACHE is not one of off, read
	// and write.
	BadCacheMode = "SEA3016"

	// BadVariable: an environment variable of functions has a name that Lambda does not
	// take, or a value that is none.
	BadVariable = "SEA3017"

	// MigrationOrder: two migrations have one version, or a file has none, so
	// that nothing says in which order they run.
	MigrationOrder = "SEA3020"
	// MigrationMissing: a migration has a version below the last one that has
	// run, and has not run itself.
	MigrationMissing = "SEA3021"

	// UnknownOverride: an environment overrides settings of a stack or a function
	// that is not there.
	UnknownOverride = "SEA3101"
	// VariableType: the text of an environment variable cannot be read into the
	// field that the variable fills.
	VariableType = "SEA3102"
	// SecretInText: a variable that fills a config.Secret has its text in
	// seastack.hcl, for an environment on AWS.
	SecretInText = "SEA3103"
)
