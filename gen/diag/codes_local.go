package diag

// SEA5: what can keep the environment local from running. SEA50 is the local cloud
// and its data, SEA51 is PostgreSQL.
const (
	// PortTaken: another program listens on the port of the local cloud.
	PortTaken = "SEA5001"
	// CloudLocked: another process has the state of the local cloud open.
	CloudLocked = "SEA5002"
	// CloudBroken: the state of the local cloud cannot be opened.
	CloudBroken = "SEA5003"
	// CannotListen: the local cloud cannot listen on the address, or must not:
	// whoever reaches it may do anything in its account.
	CannotListen = "SEA5004"
	// CloudNotStarted: the local cloud ended, or did not answer, when it was
	// started.
	CloudNotStarted = "SEA5010"
	// NotUp: the environment local is not up.
	NotUp = "SEA5011"
	// NoAPI: the environment local has no API: it is not up, or has no HTTP
	// route.
	NoAPI = "SEA5012"
	// DatabaseUnusable: the database does not answer, or its URL is not one.
	DatabaseUnusable = "SEA5013"
	// MigrationFailed: PostgreSQL refuses a migration. Those before it have
	// run, and it has not.
	MigrationFailed = "SEA5014"
	// NoDatabaseURL: an environment's secret of the database has no value, or one
	// that names no database.
	NoDatabaseURL = "SEA5015"
	// TunnelFailed: the command that makes a database reachable has ended, or has
	// forwarded no port.
	TunnelFailed = "SEA5016"
	// NoDeadLetters: the dead letters of a queue or a function cannot be counted, moved
	// or started again.
	NoDeadLetters = "SEA5017"
	// NotPublished: an event could not be put on an environment's bus.
	NotPublished = "SEA5018"
	// NoToken: the local cloud has signed no token, or another AWS runs in its place.
	NoToken = "SEA5019"
	// CannotWatch: the module's files cannot be watched, or are too many.
	CannotWatch = "SEA5020"
	// WatchedGone: a folder that is watched is gone.
	WatchedGone = "SEA5021"
	// NoTrace: the local cloud has no trace of that ID, or does not answer. It keeps
	// the newest 10,000 traces, and none when it is restarted.
	NoTrace = "SEA5022"
	// NoProfile: a function takes no profile for who asks: its environment does not have
	// the key, its answers are streamed, or it runs an older version of core/function.
	NoProfile = "SEA5023"

	// NoCredentials: AWS does not take the credentials of who runs the command: there
	// are none, or they have expired.
	NoCredentials = "SEA5030"
	// OtherAccount: the credentials are of another account than the environment.
	OtherAccount = "SEA5031"
	// NotDeployed: a function that is to run on this machine is not deployed to the
	// environment, whose configuration and role it runs with.
	NotDeployed = "SEA5032"
	// RoleRefused: the role of a function cannot be assumed by who runs the command.
	RoleRefused = "SEA5033"
	// RunPortTaken: another program listens on the port that functions are to be
	// reached on.
	RunPortTaken = "SEA5034"
	// TunnelEnded: the tunnel to the database has ended while functions ran.
	TunnelEnded = "SEA5035"
	// NotConfirmed: an environment that is protected was not named once more.
	NotConfirmed = "SEA5036"
	// CannotReadDeployed: the configuration of a deployed function, or of its queue,
	// cannot be read.
	CannotReadDeployed = "SEA5037"
	// CannotConsume: the messages of a function's queue cannot be received.
	CannotConsume = "SEA5038"
	// NotRunning: no seastack run of the environment runs on this machine.
	NotRunning = "SEA5039"
	// NoDebugger: this machine has no delve, or one that does not start.
	NoDebugger = "SEA5040"
	// DebugPortTaken: another program listens on the port of the debugger.
	DebugPortTaken = "SEA5041"

	// NoPrices: the table of prices cannot be read, or has none of a region.
	NoPrices = "SEA5050"
	// NoFigures: what functions have used cannot be read from an environment.
	NoFigures = "SEA5051"
	// NotStarted: a function could not be started to measure it, or has not answered.
	NotStarted = "SEA5052"
	// QueryFailed: PostgreSQL refuses a statement of somebody who may only read.
	QueryFailed = "SEA5053"

	// NoDashboard: the environment runs on an AWS that has no dashboard.
	NoDashboard = "SEA5070"
	// NoBrowser: no browser could be started.
	NoBrowser = "SEA5071"

	// NoPostgres: this machine has no PostgreSQL, or one that is too old.
	NoPostgres = "SEA5101"
	// InitdbFailed: initdb could not make the files of the database.
	InitdbFailed = "SEA5102"
	// PostgresNotStarted: PostgreSQL ended, or did not answer, when it was
	// started.
	PostgresNotStarted = "SEA5103"
	// PostgresVersion: the files of the database are of another major version
	// of PostgreSQL than this machine has.
	PostgresVersion = "SEA5104"
	// PostgresPortTaken: another program listens on the port of PostgreSQL.
	PostgresPortTaken = "SEA5105"
	// NoPostgresAccount: PostgreSQL refuses to run as root, and there is no
	// account to run it as.
	NoPostgresAccount = "SEA5106"
	// PostgresHangs: PostgreSQL runs and does not answer.
	PostgresHangs = "SEA5107"
)
