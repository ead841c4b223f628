// Package limits holds the lengths and patterns of the strings that Seastack
// sends to AWS, as the services' API models and user guides give them. It knows
// AWS's rules, and nothing of where the strings come from.
package limits

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// Rule is what AWS accepts for one kind of string. A string that goes to several
// services has the rule that all of them accept.
type Rule struct {
	What       string // "a tag's value"
	Min, Max   int    // characters
	Pattern    *regexp.Regexp
	Characters string // Pattern in words
	Source     string // the page of AWS with the rule
}

// The rules of strings.
var (
	// TagKey and TagValue are IAM's, the strictest of the services that take
	// the default tags of a root.
	TagKey = Rule{
		What: "a tag's key", Min: 1, Max: 128, Pattern: regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`), Characters: tagCharacters,
		Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html",
	}
	TagValue = Rule{
		What: "a tag's value", Max: 256, Pattern: regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`), Characters: tagCharacters,
		Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html",
	}
	Function = Rule{
		What: "a Lambda function's name", Min: 1, Max: 64, Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]*$`), Characters: "letters, digits, - and _",
		Source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
	}
	Description = Rule{
		What: "a Lambda function's description", Max: 256,
		Source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
	}
	Alias = Rule{
		What: "a Lambda alias's name", Min: 1, Max: 128, Pattern: regexp.MustCompile(`^[0-9]*[a-zA-Z_-][a-zA-Z0-9_-]*$`),
		Characters: "letters, digits, - and _, and not digits only",
		Source:     "https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html",
	}
	StatementID = Rule{
		What: "the ID of a Lambda permission", Min: 1, Max: 100, Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]*$`), Characters: "letters, digits, - and _",
		Source: "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
	}
	Variable = Rule{
		What: "the name of a variable of a function", Min: 2, Max: EnvironmentSize, Pattern: regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`),
		Characters: "letters, digits and _, with a letter first",
		Source:     "https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html",
	}
	Role = Rule{
		What: "an IAM role's name", Min: 1, Max: 64, Pattern: regexp.MustCompile(`^[\w+=,.@-]*$`), Characters: "letters, digits and _ + = , . @ -",
		Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
	}
	Policy = Rule{
		What: "an IAM policy's name", Min: 1, Max: 128, Pattern: regexp.MustCompile(`^[\w+=,.@-]*$`), Characters: "letters, digits and _ + = , . @ -",
		Source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
	}
	Sid = Rule{
		What: "a policy statement's ID", Min: 1, Max: PolicySize, Pattern: regexp.MustCompile(`^[a-zA-Z0-9]*$`), Characters: "letters and digits",
		Source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
	}
	Schedule = Rule{
		What: "a schedule's name", Min: 1, Max: 64, Pattern: regexp.MustCompile(`^[0-9a-zA-Z_.-]*$`), Characters: "letters, digits and - _ .",
		Source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
	}
	ScheduleExpression = Rule{
		What: "a schedule's expression", Min: 1, Max: 256,
		Source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
	}
	Timezone = Rule{
		What: "a schedule's time zone", Min: 1, Max: 50,
		Source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
	}
	Queue = Rule{
		What: "a queue's name", Min: 1, Max: 80, Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]*$`), Characters: "letters, digits, - and _",
		Source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
	}
	EventRule = Rule{
		What: "an EventBridge rule's name", Min: 1, Max: 64, Pattern: regexp.MustCompile(`^[.\-_A-Za-z0-9]*$`), Characters: "letters, digits and . - _",
		Source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
	}
	Bucket = Rule{
		What: "a bucket's name", Min: 3, Max: 63, Pattern: regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*[a-z0-9]$`),
		Characters: "lower-case letters, digits, . and -",
		Source:     "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
	}
	LogGroup = Rule{
		What: "a log group's name", Min: 1, Max: 512, Pattern: regexp.MustCompile(`^[.\-_/#A-Za-z0-9]*$`), Characters: "letters, digits and _ - / . #",
		Source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html",
	}
	API = Rule{
		What: "an API's name", Min: 1, Max: 128,
		Source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
	}
	Scope = Rule{
		What: "a route's authorization scope", Min: 1, Max: 64,
		Pattern:    regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]*$`),
		Characters: `visible characters of ASCII but " and \`,
		Source:     "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html",
	}
	Secret = Rule{
		What: "a secret's name", Min: 1, Max: 512, Pattern: regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]*$`), Characters: "letters, digits and / _ + = . @ -",
		Source: "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
	}
)

const tagCharacters = "letters, digits, spaces and _ . : / = + - @"

const (
	// EnvironmentSize is the limit of all variables of a function, in bytes of
	// the JSON object that they make: Lambda's error quotes what it has measured.
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	EnvironmentSize = 4096
	// PolicySize is the limit of all inline policies of a role, in characters
	// without white space.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	PolicySize = 10240
	// HTTPTimeout is how long an HTTP API waits for an integration, in seconds.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	HTTPTimeout = 30
	// AuthorizerTimeout is how long an HTTP API waits for an authorizer, in seconds.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	AuthorizerTimeout = 10
	// Authorizers is the most authorizers of an HTTP API, RouteScopes the most scopes
	// of a route, and Audiences the most audiences of a JWT authorizer.
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
	Authorizers, RouteScopes, Audiences = 10, 10, 50
)

// reserved is the prefix that AWS keeps for tags of its own, in any case.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
var reserved = regexp.MustCompile(`^(?i:aws):`)

// Problem returns what AWS would say against s, or "".
func (r Rule) Problem(s string) string {
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s):
		return "it is not UTF-8"
	case n < r.Min:
		return fmt.Sprintf("it has %d characters, where AWS takes %d at least", n, r.Min)
	case n > r.Max:
		return fmt.Sprintf("it has %d characters, where AWS takes %d", n, r.Max)
	case r.Pattern != nil && !r.Pattern.MatchString(s):
		return "AWS takes " + r.Characters
	case r.isTag() && reserved.MatchString(s):
		return `the prefix "aws:" is reserved for AWS`
	}
	return ""
}

func (r Rule) isTag() bool { return r.Characters == tagCharacters }

// Cut returns s, shortened to what the rule accepts; "..." stands for the rest.
func (r Rule) Cut(s string) string {
	runes := []rune(s)
	if len(runes) <= r.Max {
		return s
	}
	return string(runes[:r.Max-3]) + "..."
}

// Architectures are those of the machines that functions run on.
// https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html
var Architectures = []string{"arm64", "x86_64"}

// LogLevels are the levels of a function's logs that can be asked for, from the
// lowest, in lower case. Lambda writes them in capitals.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
var LogLevels = []string{"debug", "info", "warn", "error"}
