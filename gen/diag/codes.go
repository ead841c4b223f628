package diag

// Codes are in ranges, one file each: SEA1 is the module's annotations, signatures
// and names, SEA2 its constructors and queues, SEA3 the configuration and the
// command line, SEA4 builds, SEA5 what runs for the environment local, SEA6
// deployments and files, SEA7 the AWS provider, SEA8 comparisons with a base, SEA9
// what lint finds. A code never changes its meaning, and one that is no longer used
// is not given again. Each comment is what Explain returns.

// SEA1 and SEA2: what annotations, signatures and constructors can get wrong.
const (
	// DoesNotCompile: Go itself refuses a package. The message is Go's own. The
	// handlers of such a package, and of those that import it, are not looked at.
	DoesNotCompile = "SEA1001"
	// CannotLoad: the go command cannot list the module's packages at all, for
	// example because there is no go.mod.
	CannotLoad = "SEA1002"
	// NotADirective: a comment looks like an annotation but Go does not take it
	// for a directive, for example because of a space after the slashes.
	NotADirective = "SEA1003"
	// BadSyntax: an annotation cannot be split into arguments and settings: a
	// quote or a parenthesis is not closed, or a setting has no value.
	BadSyntax = "SEA1004"
	// UnknownVerb: there is no annotation of that name.
	UnknownVerb = "SEA1005"
	// UnknownKey: the annotation has no setting of that name.
	UnknownKey = "SEA1006"
	// BadValue: the value is of the wrong form, or outside of what AWS takes.
	BadValue = "SEA1007"
	// DuplicateKey: one annotation sets the same thing twice.
	DuplicateKey = "SEA1008"
	// DuplicateAnnotation: one declaration has the same annotation twice.
	DuplicateAnnotation = "SEA1009"
	// MissingArgument: the annotation needs an argument that is not there.
	MissingArgument = "SEA1010"
	// ExtraArgument: the annotation takes fewer arguments than it was given.
	ExtraArgument = "SEA1011"
	// WrongPlace: the annotation stands where nothing can take it.
	WrongPlace = "SEA1012"
	// BadRoute: the method or the path of an HTTP route is not one that API
	// Gateway can serve.
	BadRoute = "SEA1013"
	// BadSchedule: the expression is not one that EventBridge Scheduler takes.
	BadSchedule = "SEA1014"
	// Contradiction: settings that are right on their own do not go together.
	Contradiction = "SEA1015"
	// TwoTriggers: a handler is started by more than one thing.
	TwoTriggers = "SEA1016"
	// NotAStack: a handler stands in a package that is not a stack.
	NotAStack = "SEA1017"
	// WrongSignature: the handler's parameters and results do not fit its trigger.
	WrongSignature = "SEA1018"
	// Unexported: a generated entrypoint could not name the handler or its receiver.
	Unexported = "SEA1019"
	// GenericHandler: nothing says which type a type parameter should be.
	GenericHandler = "SEA1020"
	// UnboundVariable: the route has a variable that no field of the input takes.
	UnboundVariable = "SEA1021"
	// BadInputField: a field of an HTTP input cannot be filled from the request.
	BadInputField = "SEA1022"
	// NotJSON: a value that is sent as JSON cannot be written or read as JSON.
	NotJSON = "SEA1023"
	// BadPackage: a stack's or service's package cannot be used from an
	// entrypoint: it is a command, stands too deep, or has a name that AWS or the
	// generated tree cannot carry.
	BadPackage = "SEA1024"
	// EmptyStack: a stack has no handlers.
	EmptyStack = "SEA1025"
	// RoutesCollide: two handlers serve requests that API Gateway cannot tell apart.
	RoutesCollide = "SEA1026"
	// DuplicateFunction: two functions of a stack have the same name.
	DuplicateFunction = "SEA1027"
	// NameTooLong: a name on AWS would exceed AWS's limit in some environment.
	NameTooLong = "SEA1028"
	// HTTPTimeout: a function behind HTTP may run longer than API Gateway waits.
	HTTPTimeout = "SEA1029"
	// EventType: a handler takes or returns a type of aws-lambda-go's events where
	// it would be taken for a value of JSON: behind an HTTP route a client could
	// forge the whole event. An HTTP handler may take APIGatewayV2HTTPRequest and
	// return APIGatewayV2HTTPResponse; a direct invocation serves all types but
	// those that stream.
	EventType = "SEA1030"

	// LeftOut: a file with annotations is not in the build for an environment,
	// because of its name, a build constraint or cgo.
	LeftOut = "SEA1040"
	// NotBelieved: a handler or queue is on disk, but not in the model that was
	// made. Nothing is written then: what looks removed is not.
	NotBelieved = "SEA1041"
	// LinkedFolder: a symbolic link stands where a package could, and Go does
	// not follow it.
	LinkedFolder = "SEA1042"
	// BrokenState: a Terraform state on this machine cannot be read.
	BrokenState = "SEA1043"
	// IgnoredByGit: a .gitignore hides generated files, which are to be reviewed
	// and committed. A warning.
	IgnoredByGit = "SEA1044"
	// IgnoredTags: GOFLAGS has build tags, which have no effect on functions. A
	// warning.
	IgnoredTags = "SEA1045"
	// IgnoredWorkspace: a go.work would provide a module that go.mod requires from
	// elsewhere. Functions are built as go.mod says. A warning.
	IgnoredWorkspace = "SEA1046"

	// NotOnAWS: AWS would refuse a string in the middle of an apply, for example
	// a tag with characters that IAM does not take.
	NotOnAWS = "SEA1050"
	// EnvironmentTooLarge: the variables of a function are more than Lambda takes:
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	EnvironmentTooLarge = "SEA1051"
	// PolicyTooLarge: the policy of a function's role is longer than IAM takes:
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	PolicyTooLarge = "SEA1052"
	// NeverFires: a schedule is well-formed, but its time is past or never comes.
	NeverFires = "SEA1053"
	// SameStatementID: two queues of a function would have the same statement ID
	// in its policy, where IDs are unique.
	SameStatementID = "SEA1054"

	// CallerUnknown: a handler takes an auth.Caller, but nothing says who calls: its
	// route is public, or no route starts it.
	CallerUnknown = "SEA1060"
	// UnknownAuthorizer: a route names with auth= an authorizer that no handler of the
	// module is.
	UnknownAuthorizer = "SEA1061"
	// AuthorizerNameTaken: two handlers are authorizers of the same name.
	AuthorizerNameTaken = "SEA1062"
	// WrongCaller: a handler takes an auth.Caller of another type than its route's
	// authorizer returns.
	WrongCaller = "SEA1063"
	// BadClaims: the type of an auth.Caller cannot be filled from the claims of a
	// token, which API Gateway passes as strings.
	BadClaims = "SEA1064"
	// PublicRoute: a route is public, and an environment does not allow it to be.
	PublicRoute = "SEA1065"
	// NoIssuer: a route has auth=jwt, and an environment names no issuer of tokens.
	NoIssuer = "SEA1066"
	// TooManyAuthorizers: the API would have more authorizers than API Gateway takes:
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	TooManyAuthorizers = "SEA1067"

	// NoConstructor: nothing in the type's package builds it.
	NoConstructor = "SEA2001"
	// AmbiguousConstructor: several functions of the type's package build it.
	AmbiguousConstructor = "SEA2002"
	// UnusableConstructor: the constructor exists, but an entrypoint cannot call
	// it: it is unexported, variadic or generic, or returns something else.
	UnusableConstructor = "SEA2003"
	// Cycle: a constructor needs, through others, what it builds.
	Cycle = "SEA2004"
	// NoProvider: a constructor's parameter is of a type that nothing provides.
	NoProvider = "SEA2005"
	// AmbiguousProvider: several services or constructors fit a parameter.
	AmbiguousProvider = "SEA2006"
	// NotImportable: Go's rule for internal packages keeps the entrypoint from
	// calling the constructor.
	NotImportable = "SEA2007"
	// UndeclaredQueue: a sender or consumer is of a type that declares no queue.
	UndeclaredQueue = "SEA2008"
	// BadQueueType: the type cannot be a queue's message or an event's detail.
	BadQueueType = "SEA2009"
	// NoConsumer: nothing takes messages off a queue.
	NoConsumer = "SEA2010"
	// TwoConsumers: several handlers would compete for a queue's messages.
	TwoConsumers = "SEA2011"
	// QueueNameTaken: two types declare queues of the same name, or the dead letters
	// of two functions would be in the same queue.
	QueueNameTaken = "SEA2012"
	// UndeclaredEvent: a publisher or a handler is of a type that declares no
	// event.
	UndeclaredEvent = "SEA2013"
	// NoSubscriber: no handler takes an event.
	NoSubscriber = "SEA2014"
	// EventNameTaken: two types declare events of the same name.
	EventNameTaken = "SEA2015"
	// UndeclaredSecret: a handle is of a type that declares no secret.
	UndeclaredSecret = "SEA2016"
	// SecretNameTaken: two types declare secrets of the same name.
	SecretNameTaken = "SEA2017"

	// NoTarget: a caller is of a type that no function without a trigger takes.
	NoTarget = "SEA2030"
	// AmbiguousTarget: several functions without a trigger take a caller's type.
	AmbiguousTarget = "SEA2031"
	// WrongResult: the function that a caller invokes returns something else than
	// the caller says.
	WrongResult = "SEA2032"
	// BadCallerType: a caller's types cannot be those of an invocation: the input
	// is not a type of a service, or the result has no name that an entrypoint can
	// write.
	BadCallerType = "SEA2033"
	// InvokesItself: a function takes a caller of itself. It would wait for itself,
	// or start itself without end.
	InvokesItself = "SEA2034"

	// UndeclaredConfig: a config.Value is of a type that declares no configuration.
	UndeclaredConfig = "SEA2040"
	// BadConfigType: the type cannot hold a configuration: it is not a struct of
	// fields.
	BadConfigType = "SEA2041"
	// BadConfigField: a field of a configuration is of a type that no text can be
	// read into, its variable has a name that Lambda does not take, or its default
	// is not of its type.
	BadConfigField = "SEA2042"
	// VariableTaken: two fields read one variable, in one struct or as different
	// types.
	VariableTaken = "SEA2043"
	// VariableMissing: an environment does not set a variable that a function reads
	// and that has no default.
	VariableMissing = "SEA2044"

	// UndeclaredBucket: a handle or a handler is of a type that declares no bucket.
	UndeclaredBucket = "SEA2050"
	// BucketTaken: two types declare the same bucket, or parts of one that overlap.
	BucketTaken = "SEA2051"
	// UnusedBucket: no function reads a bucket, writes it or is told of its objects.
	UnusedBucket = "SEA2052"
	// NoRelay: functions leave messages or events in the outbox, and no function
	// sends what they could not send.
	NoRelay = "SEA2053"

	// DatabaseNotAllowed: a handler takes, by itself or through a service, a handle on
	// a database that is not among the databases= of its stack.
	DatabaseNotAllowed = "SEA2060"
)
