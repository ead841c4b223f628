package diag

// SEA4: what can keep functions from being built.
const (
	// DoesNotBuild: Go cannot load, compile or link the code. The message is
	// Go's own.
	DoesNotBuild = "SEA4001"
	// NoGo: there is no go command on the PATH.
	NoGo = "SEA4002"
	// OldGo: the go command is older than go.mod asks for.
	OldGo = "SEA4003"
	// NoSuchModule: go.mod, go.sum or the folder vendor lacks a module that the
	// code imports.
	NoSuchModule = "SEA4004"
	// ModuleUnreachable: a module cannot be fetched: the network, the proxy or
	// the module's host does not answer.
	ModuleUnreachable = "SEA4005"
	// BuildNoSpace: no space is left for a build or for its artifacts.
	BuildNoSpace = "SEA4006"
	// BinaryTooLarge: a function's binary is larger than Lambda takes:
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	BinaryTooLarge = "SEA4007"
	// ZipTooLarge: a function's zip is larger than an upload to Lambda may be:
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	ZipTooLarge = "SEA4008"
	// NoEntrypoint: a function has no main package where its entrypoint should
	// be.
	NoEntrypoint = "SEA4009"
	// SourcesChange: the sources changed each time while they were built, so
	// that no artifact is of any one state of them.
	SourcesChange = "SEA4010"
	// StoreUnusable: the folder of the artifacts cannot be read or written.
	StoreUnusable = "SEA4011"
	// GoFailed: the go command failed in another way. The message is Go's own.
	GoFailed = "SEA4012"
)
