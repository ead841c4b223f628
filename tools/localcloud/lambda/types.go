package lambda

// Configuration is a function's or a version's configuration, as the API shows it.
type Configuration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Role             string
	Handler          string
	CodeSize         int64
	Description      string
	Timeout          int
	MemorySize       int
	LastModified     string
	CodeSha256       string
	Version          string
	VpcConfig        *VpcConfig        `json:",omitempty"`
	DeadLetterConfig *DeadLetterConfig `json:",omitempty"`
	Environment      *Environment      `json:",omitempty"`
	KMSKeyArn        string            `json:",omitempty"`
	TracingConfig    TracingConfig
	RevisionId       string
	PackageType      string
	Architectures    []string
	EphemeralStorage EphemeralStorage
	SnapStart        SnapStart
	LoggingConfig    LoggingConfig

	State                      string `json:",omitempty"`
	StateReason                string `json:",omitempty"`
	StateReasonCode            string `json:",omitempty"`
	LastUpdateStatus           string `json:",omitempty"`
	LastUpdateStatusReason     string `json:",omitempty"`
	LastUpdateStatusReasonCode string `json:",omitempty"`
}

// VpcConfig is kept and shown. The local cloud has one network.
type VpcConfig struct {
	SubnetIds               []string
	SecurityGroupIds        []string
	Ipv6AllowedForDualStack bool
	VpcId                   string
}

// DeadLetterConfig names the queue for asynchronous invocations that failed
// finally.
type DeadLetterConfig struct{ TargetArn string }

// Environment holds a function's variables.
type Environment struct{ Variables map[string]string }

// TracingConfig is kept and shown.
type TracingConfig struct{ Mode string }

// EphemeralStorage is the size of /tmp in MB; it is kept and shown.
type EphemeralStorage struct{ Size int }

// SnapStart is always off: the runtimes that the local cloud runs do not have it.
type SnapStart struct{ ApplyOn, OptimizationStatus string }

// LoggingConfig holds the log group and the format of a function's log.
type LoggingConfig struct {
	LogFormat           string
	ApplicationLogLevel string `json:",omitempty"`
	SystemLogLevel      string `json:",omitempty"`
	LogGroup            string
}

// function is a function as it is stored.
type function struct {
	Latest      version
	NextVersion int
	Tags        map[string]string `json:",omitempty"`
	Reserved    *int              `json:",omitempty"`
	Recursion   string            `json:",omitempty"`
	RuntimeOn   map[string]string `json:",omitempty"` // UpdateRuntimeOn by qualifier
}

// version is $LATEST or a published version.
type version struct {
	Config Configuration
	Digest string // of the code
	// Build changes exactly if something changes that instances and published
	// versions depend on.
	Build string
}
