package names

import "strings"

// Alias is the name of the alias that triggers and callers use.
const Alias = "live"

// Shared returns the name on AWS of what an environment's stacks share, or the
// prefix of such a name when no parts are given: project-env-queue.
func Shared(project, env string, parts ...string) string {
	return strings.Join(append([]string{project, env}, parts...), "-")
}

// Function returns the name on AWS of a function and of its role, or of what
// has its place among them: project-env-stack-function.
func Function(project, env, stack, function string) string {
	return Stack(project, env, stack) + "-" + function
}

// Stack returns the prefix of the names on AWS of a stack: project-env-stack.
func Stack(project, env, stack string) string { return Shared(project, env, stack) }

const artifacts = "artifacts"

// ArtifactBucket returns the name of the bucket of an environment's zips, from
// what Shared returns and the account: buckets of all accounts have one space of
// names.
func ArtifactBucket(shared, account string) string { return Bucket(shared, artifacts, account) }

// Bucket returns the name on AWS of a bucket that a type declares, from what Shared
// returns and the account.
func Bucket(shared, bucket, account string) string { return shared + "-" + bucket + "-" + account }

// LogGroup returns the log group of the function of a name on AWS. Lambda's own
// default is the same.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
func LogGroup(function string) string { return "/aws/lambda/" + function }

// The variables of a function, which core reads.
const (
	AnalyticsSecretVariable = "SEASTACK_ANALYTICS_SECRET" // ARN of the secret with the analytics store's URL
	DatabaseSecretVariable  = "SEASTACK_DATABASE_SECRET"  // ARN of the secret with the database's URLs
	EnvironmentVariable     = "SEASTACK_ENVIRONMENT"
	ReplicaSecretVariable   = "SEASTACK_REPLICA_SECRET" // ARN of the secret with the replica's URL alone
	StackVariable           = "SEASTACK_STACK"
	KeptVariables           = "SEASTACK_VARIABLES" // where the values of others are kept, as JSON
	FunctionVariable        = "SEASTACK_FUNCTION"  // without the stack
	EventBusVariable        = "SEASTACK_EVENT_BUS" // name of the bus
	EventSourceVariable     = "SEASTACK_EVENT_SOURCE"

	// Of functions that seastack run runs.
	DatabaseTunnelsVariable  = "SEASTACK_DATABASE_TUNNELS"   // SERVER:PORT=LOCAL:PORT, with commas between them
	DatabaseReadOnlyVariable = "SEASTACK_DATABASE_READ_ONLY" // "on": sessions are read-only
)

// SecretVariable returns the variable with a secret's ARN.
func SecretVariable(secret string) string { return "SEASTACK_SECRET_" + strings.ToUpper(Label(secret)) }

// BucketVariable returns the variable with a bucket's name on AWS.
func BucketVariable(bucket string) string { return "SEASTACK_BUCKET_" + strings.ToUpper(Label(bucket)) }

// InvokeVariable returns the variable with the ARN of the alias of the function
// STACK/FUNCTION.
func InvokeVariable(function string) string {
	return "SEASTACK_INVOKE_" + strings.ToUpper(Label(InvokedName(function))) + "_ARN"
}

// InvokedName returns the end of the name on AWS of the function STACK/FUNCTION,
// after what all names of an environment have in common.
func InvokedName(function string) string { return strings.ReplaceAll(function, "/", "-") }

// QueueVariable returns the variable with a queue's URL.
func QueueVariable(queue string) string {
	return "SEASTACK_QUEUE_" + strings.ToUpper(Label(queue)) + "_URL"
}
