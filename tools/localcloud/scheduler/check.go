package scheduler

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/seastack/seastack/tools/localcloud/page"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

// AWS's defaults and limits of a retry policy.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html
const (
	maxEventAge      = 86_400 // seconds; the minimum is 60
	maxRetryAttempts = 185
)

// maxInput is the largest input of a target, in bytes.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
const maxInput = 256 << 10

var (
	scheduleName = regexp.MustCompile(`^[0-9a-zA-Z-_.]{1,64}$`)
	roleARN      = regexp.MustCompile(`^arn:aws(-[a-z]+)?:iam::\d{12}:role/[\w+=,.@/-]+$`)
	functionARN  = regexp.MustCompile(`^arn:aws(-[a-z]+)?:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$`)
	queueARN     = regexp.MustCompile(`^arn:aws(-[a-z]+)?:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$`)
)

func errInvalid(format string, args ...any) error {
	return wire.Errorf(http.StatusBadRequest, "ValidationException", format, args...)
}

func errNotFound(format string, args ...any) error {
	return wire.Errorf(http.StatusNotFound, "ResourceNotFoundException", format, args...)
}

func errConflict(format string, args ...any) error {
	return wire.Errorf(http.StatusConflict, "ConflictException", format, args...)
}

// errConstraint returns AWS's error for a value that violates a constraint.
func errConstraint(value any, member, rule string) error {
	return errInvalid("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, rule)
}

func checkName(name, member string) error {
	if scheduleName.MatchString(name) {
		return nil
	}
	return errConstraint(name, member, "Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$ "+
		"and have a length of 1 to 64")
}

func orDefault(value, missing string) string {
	if value == "" {
		return missing
	}
	return value
}

func (v *settings) setDefaults() {
	v.GroupName = orDefault(v.GroupName, defaultGroup)
	v.ScheduleExpressionTimezone = orDefault(v.ScheduleExpressionTimezone, "UTC")
	v.State = orDefault(v.State, enabled)
	v.ActionAfterCompletion = orDefault(v.ActionAfterCompletion, "NONE")
	if v.Target == nil {
		return
	}
	if v.Target.RetryPolicy == nil {
		v.Target.RetryPolicy = &retryPolicy{}
	}
	age, attempts := maxEventAge, maxRetryAttempts
	if r := v.Target.RetryPolicy; r.MaximumEventAgeInSeconds == nil {
		r.MaximumEventAgeInSeconds = &age
	}
	if r := v.Target.RetryPolicy; r.MaximumRetryAttempts == nil {
		r.MaximumRetryAttempts = &attempts
	}
}

func (v *schedule) check() error {
	if err := checkName(v.Name, "name"); err != nil {
		return err
	}
	switch w := v.FlexibleTimeWindow; {
	case v.ScheduleExpression == "":
		return errConstraint("null", "scheduleExpression", "Member must not be null")
	case w == nil:
		return errConstraint("null", "flexibleTimeWindow", "Member must not be null")
	case v.Target == nil:
		return errConstraint("null", "target", "Member must not be null")
	case v.State != enabled && v.State != disabled:
		return errConstraint(v.State, "state", "Member must satisfy enum value set: [ENABLED, DISABLED]")
	case v.ActionAfterCompletion != "NONE" && v.ActionAfterCompletion != "DELETE":
		return errConstraint(v.ActionAfterCompletion, "actionAfterCompletion", "Member must satisfy enum value set: [NONE, DELETE]")
	case len(v.Description) > 512:
		return errConstraint(v.Description, "description", "Member must have length less than or equal to 512")
	case w.Mode != "OFF" && w.Mode != "FLEXIBLE":
		return errConstraint(w.Mode, "flexibleTimeWindow.mode", "Member must satisfy enum value set: [OFF, FLEXIBLE]")
	case w.Mode == "OFF" && w.MaximumWindowInMinutes != nil:
		return errInvalid("MaximumWindowInMinutes must not be set when FlexibleTimeWindow mode is OFF.")
	case w.Mode == "FLEXIBLE" && (w.MaximumWindowInMinutes == nil || *w.MaximumWindowInMinutes < 1 || *w.MaximumWindowInMinutes > 1440):
		return errInvalid("MaximumWindowInMinutes must be from 1 to 1440 when FlexibleTimeWindow mode is FLEXIBLE.")
	case v.StartDate != nil && v.EndDate != nil && *v.StartDate >= *v.EndDate:
		return errInvalid("The StartDate you specify must come before the EndDate.")
	}
	return v.Target.check()
}

func (t *target) check() error {
	r := t.RetryPolicy
	switch {
	case !roleARN.MatchString(t.RoleArn):
		return errInvalid("Provided RoleArn is not in the correct format: %q", t.RoleArn)
	case !functionARN.MatchString(t.Arn) && !queueARN.MatchString(t.Arn):
		return errInvalid("Provided Arn %q is not in correct format: the local cloud has Lambda functions and standard SQS queues as targets", t.Arn)
	case len(t.Input) > maxInput:
		return errInvalid("The target's Input must be %d bytes at most.", maxInput)
	case t.isFunction() && t.Input != "" && !json.Valid([]byte(t.Input)):
		return errInvalid("Invalid RequestJson provided. Reason: the Input of a Lambda target must be valid JSON.")
	case *r.MaximumEventAgeInSeconds < 60 || *r.MaximumEventAgeInSeconds > maxEventAge:
		return errConstraint(*r.MaximumEventAgeInSeconds, "target.retryPolicy.maximumEventAgeInSeconds", "Member must be from 60 to 86400")
	case *r.MaximumRetryAttempts < 0 || *r.MaximumRetryAttempts > maxRetryAttempts:
		return errConstraint(*r.MaximumRetryAttempts, "target.retryPolicy.maximumRetryAttempts", "Member must be from 0 to 185")
	case t.DeadLetterConfig != nil && t.DeadLetterConfig.Arn != "" && !queueARN.MatchString(t.DeadLetterConfig.Arn):
		return errInvalid("Provided DeadLetterConfig Arn %q is not in correct format", t.DeadLetterConfig.Arn)
	}
	return nil
}

func (t *target) isFunction() bool { return strings.Contains(t.Arn, ":lambda:") }

// cut returns the part of a list that a call's MaxResults and NextToken select.
func cut[T any](c *wire.Call, all []T) (some []T, next string, err error) {
	asked := orDefault(c.Query.Get("MaxResults"), "100")
	limit, err := strconv.Atoi(asked)
	if err != nil || limit < 1 || limit > 100 {
		return nil, "", errConstraint(asked, "maxResults", "Member must be from 1 to 100")
	}
	some, next, ok := page.Cut(all, c.Query.Get("NextToken"), limit)
	if !ok {
		return nil, "", errInvalid("Invalid NextToken.")
	}
	return some, next, nil
}
