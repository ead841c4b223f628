package lambda

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/optional"
)

// settings holds the members that CreateFunction and UpdateFunctionConfiguration
// share. A nil member is absent.
type settings struct {
	Runtime          *string
	Role             *string
	Handler          *string
	Description      *string
	Timeout          *int
	MemorySize       *int
	VpcConfig        *VpcConfig
	DeadLetterConfig *DeadLetterConfig
	Environment      *Environment
	KMSKeyArn        *string
	TracingConfig    *TracingConfig
	EphemeralStorage *EphemeralStorage
	LoggingConfig    *LoggingConfig
	SnapStart        *SnapStart
}

const rolePattern = `arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`

var roleExpr = regexp.MustCompile("^" + rolePattern + "$")

// runtimes are the runtimes that run a bootstrap, which are the only ones
// supported.
var runtimes = []string{"provided", "provided.al2", "provided.al2023"}

// check returns AWS's error if a member is not valid.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
func (in *settings) check() error {
	var v apierror.Violations
	v.Between(in.MemorySize, "memorySize", 128, 10240)
	v.Between(in.Timeout, "timeout", 1, 900)
	if in.EphemeralStorage != nil {
		v.Between(&in.EphemeralStorage.Size, "ephemeralStorage.size", 512, 10240)
	}
	if in.Role != nil && !roleExpr.MatchString(*in.Role) {
		v.Add(*in.Role, "role", "Member must satisfy regular expression pattern: "+rolePattern)
	}
	if in.Description != nil && utf8.RuneCountInString(*in.Description) > 256 {
		v.Add(*in.Description, "description", "Member must have length less than or equal to 256")
	}
	if in.TracingConfig != nil {
		v.OneOf(in.TracingConfig.Mode, "tracingConfig.mode", "Active", "PassThrough")
	}
	in.checkLogging(&v)
	in.checkNames(&v)
	if err := v.Err(); err != nil {
		return err
	}
	return in.checkValues()
}

func (in *settings) checkLogging(v *apierror.Violations) {
	l := in.LoggingConfig
	if l == nil {
		return
	}
	if l.LogFormat != "" {
		v.OneOf(l.LogFormat, "loggingConfig.logFormat", "JSON", "Text")
	}
	if l.ApplicationLogLevel != "" {
		v.OneOf(l.ApplicationLogLevel, "loggingConfig.applicationLogLevel", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
	}
	if l.SystemLogLevel != "" {
		v.OneOf(l.SystemLogLevel, "loggingConfig.systemLogLevel", "DEBUG", "INFO", "WARN")
	}
}

var variableExpr = regexp.MustCompile(`^[a-zA-Z]([a-zA-Z0-9_])+$`)

func (in *settings) checkNames(v *apierror.Violations) {
	if in.Environment == nil {
		return
	}
	for name := range in.Environment.Variables {
		if !variableExpr.MatchString(name) && !slices.Contains(reserved, name) {
			v.Add(in.Environment.Variables, "environment.variables", "Map keys must satisfy constraint: "+
				"[Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]")
			return
		}
	}
}

// checkValues checks what AWS reports as InvalidParameterValueException.
func (in *settings) checkValues() error {
	if in.Runtime != nil && !slices.Contains(runtimes, *in.Runtime) {
		return apierror.Invalid("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "+
			"[%s] or be a valid ARN (the local cloud runs OS-only runtimes)", *in.Runtime, strings.Join(runtimes, ", "))
	}
	if in.SnapStart != nil && in.SnapStart.ApplyOn == "PublishedVersions" {
		return apierror.Invalid("%s is not supported for SnapStart enabled functions.", optional.Or(in.Runtime, runtimes[2]))
	}
	if in.LoggingConfig != nil && in.LoggingConfig.LogFormat == "Text" &&
		(in.LoggingConfig.ApplicationLogLevel != "" || in.LoggingConfig.SystemLogLevel != "") {
		return apierror.Invalid("To use log level filtering, set your function's log format to JSON.")
	}
	return in.checkEnvironment()
}

// maxEnvironment is the largest size of the variables, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEnvironment = 4 << 10

func (in *settings) checkEnvironment() error {
	if in.Environment == nil {
		return nil
	}
	var taken []string
	for _, name := range reserved {
		if _, ok := in.Environment.Variables[name]; ok {
			taken = append(taken, name)
		}
	}
	const unable = "Lambda was unable to configure your environment variables because the environment variables you have provided "
	if len(taken) > 0 {
		return apierror.Invalid(unable+"contains reserved keys that are currently not supported for modification. "+
			"Reserved keys used in this request: %s", strings.Join(taken, ", "))
	}
	raw, err := json.Marshal(in.Environment.Variables)
	if err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	if len(raw) > maxEnvironment {
		return apierror.Invalid(unable+"exceeded the 4KB limit. String measured: %s", raw)
	}
	return nil
}

// apply sets the members of c that the request has.
func (in *settings) apply(c *Configuration) {
	optional.Set(&c.Runtime, in.Runtime)
	optional.Set(&c.Role, in.Role)
	optional.Set(&c.Handler, in.Handler)
	optional.Set(&c.Description, in.Description)
	optional.Set(&c.Timeout, in.Timeout)
	optional.Set(&c.MemorySize, in.MemorySize)
	optional.Set(&c.KMSKeyArn, in.KMSKeyArn)
	optional.Set(&c.TracingConfig, in.TracingConfig)
	optional.Set(&c.EphemeralStorage, in.EphemeralStorage)
	if in.Environment != nil {
		c.Environment = in.Environment
		if len(in.Environment.Variables) == 0 {
			c.Environment = nil
		}
	}
	if in.DeadLetterConfig != nil {
		c.DeadLetterConfig = in.DeadLetterConfig
		if in.DeadLetterConfig.TargetArn == "" {
			c.DeadLetterConfig = nil
		}
	}
	if in.VpcConfig != nil {
		c.VpcConfig = vpc(*in.VpcConfig)
	}
	if in.LoggingConfig != nil {
		c.LoggingConfig = logging(c.LoggingConfig, *in.LoggingConfig)
	}
}

func vpc(in VpcConfig) *VpcConfig {
	if len(in.SubnetIds) == 0 && len(in.SecurityGroupIds) == 0 {
		return nil
	}
	in.VpcId = "vpc-00000000000000000" // the local cloud has one network
	return &in
}

// logging merges a change into a log's settings. Only the JSON format has levels,
// which are INFO by default.
func logging(old, in LoggingConfig) LoggingConfig {
	l := old
	if in.LogFormat != "" {
		l.LogFormat = in.LogFormat
	}
	if in.LogGroup != "" {
		l.LogGroup = in.LogGroup
	}
	if l.LogFormat != "JSON" {
		l.ApplicationLogLevel, l.SystemLogLevel = "", ""
		return l
	}
	l.ApplicationLogLevel = cmp.Or(in.ApplicationLogLevel, l.ApplicationLogLevel, "INFO")
	l.SystemLogLevel = cmp.Or(in.SystemLogLevel, l.SystemLogLevel, "INFO")
	return l
}
