package lambda

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/traces"
)

// reserved are the variables that a function's configuration must not have.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// surroundings holds what an instance's variables depend on besides its
// configuration.
type surroundings struct {
	region, endpoint string
	stream           string            // log stream
	taskRoot, temp   string            // folders
	variables        map[string]string // of Variables
	credentials      Credentials
}

// environment returns the whole environment of an instance: Lambda's variables,
// and the function's own, which replace those that are not reserved.
func environment(c *Configuration, around surroundings) []string {
	env := map[string]string{
		"LANG":             "en_US.UTF-8",
		"TZ":               ":UTC",
		"PATH":             "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"LD_LIBRARY_PATH":  "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:" + around.taskRoot + ":" + around.taskRoot + "/lib:/opt/lib",
		"TMPDIR":           around.temp, // /tmp on AWS, where instances do not share it
		"AWS_ENDPOINT_URL": around.endpoint,
		// A collector, as an extension of a layer is one on AWS.
		"OTEL_EXPORTER_OTLP_ENDPOINT": around.endpoint + traces.OTLP,
	}
	maps.Copy(env, around.variables)
	if c.Environment != nil {
		maps.Copy(env, c.Environment.Variables)
	}
	maps.Copy(env, identity(c, around))
	list := make([]string, 0, len(env))
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

func identity(c *Configuration, around surroundings) map[string]string {
	env := map[string]string{
		"_HANDLER":                        c.Handler,
		"AWS_LAMBDA_FUNCTION_NAME":        c.FunctionName,
		"AWS_LAMBDA_FUNCTION_VERSION":     c.Version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(c.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       c.LoggingConfig.LogGroup,
		"AWS_LAMBDA_LOG_STREAM_NAME":      around.stream,
		"AWS_REGION":                      around.region,
		"AWS_DEFAULT_REGION":              around.region,
		"AWS_ACCESS_KEY_ID":               around.credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY":           around.credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN":               around.credentials.SessionToken,
		"LAMBDA_TASK_ROOT":                around.taskRoot,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
	}
	if c.LoggingConfig.LogFormat == "JSON" {
		env["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
		env["AWS_LAMBDA_LOG_LEVEL"] = c.LoggingConfig.ApplicationLogLevel
	}
	// As on AWS, an OS-only runtime does not know of an execution environment.
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
	if !strings.HasPrefix(c.Runtime, "provided") {
		env["AWS_EXECUTION_ENV"] = "AWS_Lambda_" + c.Runtime
	}
	return env
}
